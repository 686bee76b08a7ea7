"""Remembered devices pass while others guess; they help their own account only, and not for ever."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from anguan.core import clock
from anguan.models import RememberedDevice
from tests.support.client import OTHER, AppClients
from tests.support.factories import Scenario

HOME = "198.51.100.9"


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    opened = AppClients(scenario, tmp_path)
    yield opened
    opened.close()


def test_a_remembered_device_passes_from_any_network(clients: AppClients) -> None:
    """Not even somebody in the same network keeps the device out."""
    login = clients.give_password(clients.scenario.holder)
    phone = clients.browser(HOME)
    phone.log_in(login)
    for number in range(6):
        clients.browser(f"203.0.{number}.1").log_in(login, "wrong")
        clients.browser("192.0.2.77").log_in(login, "wrong")
    assert clients.browser("192.0.2.77").log_in(login).status_code == 429
    phone.address = "192.0.2.78"
    phone.log_out()
    assert phone.log_in(login).status_code == 302
    assert len(clients.all(RememberedDevice)) == 1
    assert phone.client.get_cookie("device").value not in clients.all(RememberedDevice)[0].token_hash
    for _ in range(5):
        assert phone.log_in(login, "wrong").status_code == 401
    assert phone.log_in(login).status_code == 429


def test_a_wandering_phone_opens_no_networks(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)
    phone = clients.browser(HOME)
    phone.log_in(login)
    for number in range(4):
        phone.log_out()
        phone.address = f"203.0.{number}.1"
        assert phone.log_in(login).status_code == 302
    answers = [clients.browser(f"203.0.{at}.9").log_in(login, "wrong").status_code for at in (3, 2, 1, 0)]
    assert answers == [401, 401, 429, 429]
    assert clients.browser("198.51.100.8").log_in(login).status_code == 302


def test_an_account_has_ten_devices(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)
    start = clock.now()
    for number in range(12):
        with clock.frozen_at(start + timedelta(minutes=number)):
            assert clients.browser(f"203.0.{number}.1").log_in(login).status_code == 302
    networks = {row.network for row in clients.all(RememberedDevice)}
    assert networks == {f"203.0.{number}.0/24" for number in range(2, 12)}


def test_a_device_helps_only_the_account_that_used_it(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)
    attacker = clients.browser()
    attacker.log_in(clients.give_password(clients.scenario.stranger))
    attacker.log_out()
    assert [attacker.log_in(login, "wrong").status_code for _ in range(3)] == [401, 401, 429]


def test_several_accounts_share_a_computer(clients: AppClients) -> None:
    browser = clients.browser()
    people = (clients.scenario.holder, clients.scenario.stranger, clients.scenario.reviewer)
    for account in people:
        browser.log_in(clients.give_password(account))
        browser.log_out()
    browser.address = HOME
    for account in people:
        for number in range(3):
            clients.browser(f"203.0.{number}.1").log_in(account.login, "wrong")
        assert browser.log_in(account.login).status_code == 302
        browser.log_out()
    assert len(clients.all(RememberedDevice)) == len(people)


def test_a_new_password_makes_every_place_unknown(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)
    thief = clients.browser(HOME)
    thief.log_in(login)
    thief.log_out()
    clients.give_password(clients.scenario.holder, OTHER)
    assert [thief.log_in(login, "wrong").status_code for _ in range(3)] == [401, 401, 429]
    assert clients.all(RememberedDevice) == []
