"""Guessing is limited per place, and for unknown places per account; known places are never locked out."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from anguan.auth import guess_limits
from anguan.auth.throttle import RateLimit
from anguan.core import clock
from anguan.models import Account
from tests.campaigns.guessing import guess_passwords
from tests.support.client import AppClients
from tests.support.factories import Scenario


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    opened = AppClients(scenario, tmp_path)
    yield opened
    opened.close()


HOME = "198.51.100.9"


def log_in_at_home(clients: AppClients, account: Account) -> str:
    """Give the account a password and use it once at `HOME`, which is a known network afterwards."""
    login = clients.give_password(account)
    assert clients.browser(HOME).log_in(login).status_code == 302
    return login


def test_the_sixth_guess_at_a_known_place_is_refused_even_when_it_is_right(clients: AppClients) -> None:
    login = log_in_at_home(clients, clients.scenario.holder)
    other = log_in_at_home(clients, clients.scenario.stranger)
    start = clock.now()

    with clock.frozen_at(start) as moment:
        for _ in range(5):
            assert clients.browser(HOME).log_in(login, "wrong").status_code == 401
        answer = clients.browser(HOME).log_in(login)
        assert answer.status_code == 429
        assert "15 分钟后再试" in answer.text
        assert clients.browser(HOME).log_in(other).status_code == 302
    with clock.frozen_at(moment + timedelta(minutes=15)):
        assert clients.browser(HOME).log_in(login).status_code == 302


def test_more_attempts_do_not_block_for_longer(clients: AppClients) -> None:
    login = log_in_at_home(clients, clients.scenario.holder)
    start = clock.now()
    for minute in range(15):
        with clock.frozen_at(start + timedelta(minutes=minute)):
            for _ in range(6):
                clients.browser(HOME).log_in(login, "wrong")
    with clock.frozen_at(start + timedelta(minutes=15)):
        assert clients.browser(HOME).log_in(login).status_code == 302


def test_known_and_unknown_logins_are_blocked_alike(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)
    seen = []
    with clock.frozen_at(clock.now()):
        for name in (login, "590101200001019999"):
            answers = []
            for number in range(4):
                browser = clients.browser(f"203.0.{number}.1")
                answer = browser.log_in(name, "wrong")
                answers.append((answer.status_code, answer.text.replace(browser.token, "").replace(name, "")))
            seen.append(answers)
    assert seen[0] == seen[1]
    assert [status for status, _ in seen[0]] == [401] * 2 + [429] * 2
    assert "请 1 分钟后再试" in seen[0][-1][1]


def test_the_delay_for_unknown_places_grows(clients: AppClients) -> None:
    login, start, now = clients.give_password(clients.scenario.holder), clock.now(), 0
    tried = [0, 0, 60, 180, 420, 900, 1380, 1860]
    for number, after in enumerate(tried):
        with clock.frozen_at(start + timedelta(seconds=after - 1)):
            if after > now:
                assert clients.browser(f"203.1.{number}.1").log_in(login).status_code == 429
        now = after
        with clock.frozen_at(start + timedelta(seconds=after)):
            assert clients.browser(f"203.0.{number}.1").log_in(login, "wrong").status_code == 401
    with clock.frozen_at(start + timedelta(seconds=1860 + 480)):
        assert clients.browser("203.2.1.1").log_in(login).status_code == 302
    assert all(late - early >= 900 for early, late in zip(tried, tried[5:], strict=False))


def test_impatience_is_not_punished(clients: AppClients) -> None:
    """Attempts during the wait are no guesses: they make nobody wait longer, at an unknown place neither."""
    login, start = clients.give_password(clients.scenario.holder), clock.now()
    with clock.frozen_at(start):
        answers = [clients.browser().log_in(login, "wrong").status_code for _ in range(12)]
    assert answers == [401, 401, *[429] * 10]
    with clock.frozen_at(start + timedelta(minutes=1)):
        assert clients.browser().log_in(login).status_code == 302


def test_strangers_cannot_lock_the_owner_out_of_a_known_network(clients: AppClients) -> None:
    login = log_in_at_home(clients, clients.scenario.holder)
    for number in range(50):
        clients.browser(f"203.0.{number}.1").log_in(login, "wrong")
    assert clients.browser("192.0.2.77").log_in(login).status_code == 429
    assert clients.browser(HOME).log_in(login).status_code == 302


def test_a_code_of_the_office_passes_while_strangers_guess(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)
    code = clients.reset(clients.scenario.holder)
    for number in range(60):
        clients.browser(f"203.0.{number}.1").log_in(login, "wrong")
    owner = clients.browser("192.0.2.77")
    assert owner.log_in(login, code).location == "/activate"


def test_spraying_from_everywhere_only_slows(clients: AppClients, monkeypatch: pytest.MonkeyPatch) -> None:
    login = log_in_at_home(clients, clients.scenario.holder)
    monkeypatch.setattr(guess_limits, "SPRAY", RateLimit("spray", 10, timedelta(hours=1)))
    start = clock.now()
    with clock.frozen_at(start):
        for number in range(12):
            clients.browser(f"203.0.{number}.1").log_in(f"5901012000010{number:05d}", "x")
        elsewhere = clients.browser("203.0.99.1").log_in(login)
        assert elsewhere.status_code == 429
        assert "请 20 秒后再试" in elsewhere.text
        assert clients.browser(HOME).log_in(login).status_code == 302
    with clock.frozen_at(start + timedelta(seconds=19)):
        assert clients.browser("203.0.99.1").log_in(login).status_code == 429
    with clock.frozen_at(start + timedelta(seconds=20)):
        assert clients.browser("203.0.99.1").log_in(login).status_code == 302


def test_an_attack_from_everywhere_neither_gets_through_nor_locks_out(kind: str) -> None:
    """An hour of it; `make soak C=guessing` plays the day."""
    report = guess_passwords(kind, 60)
    assert report.violations == []
    assert report.tally["guessed"] >= 8
    assert report.tally["refused"] > 400
