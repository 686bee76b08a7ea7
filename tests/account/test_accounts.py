"""Accounts managed by the office: created, changed, disabled; no administrator changes their own."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from anguan.auth import accounts
from anguan.auth.accounts import NotAllowed
from anguan.infra.events import actor_of
from anguan.models import STAFF, Account, Event
from tests.support.client import OFFICE, SECRET, AppClients
from tests.support.factories import Scenario


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    opened = AppClients(scenario, tmp_path)
    yield opened
    opened.close()


def account(session: Session, login: str) -> Account:
    return session.query(Account).filter_by(login=login).one()


ACTS: dict[str, Callable[..., object]] = {
    "reset_started": lambda session, actor, one: accounts.start_reset(session, actor, one),
    "account_disabled": lambda session, actor, one: accounts.disable(session, actor, one),
    "role_changed": lambda session, actor, one: accounts.set_role(session, actor, one, "auditor"),
    "second_factor_cleared": lambda session, actor, one: accounts.clear_second_factor(session, actor, one),
}


@pytest.mark.parametrize("verb", ACTS)
def test_an_administrator_changes_other_accounts_but_not_their_own(clients: AppClients, verb: str) -> None:
    with clients.rows() as session:
        administrator = account(session, "ADMIN")
        with pytest.raises(NotAllowed, match="自己"):
            ACTS[verb](session, actor_of(administrator), administrator)
        ACTS[verb](session, actor_of(administrator), account(session, "REVIEWER1"))
    (event,) = clients.all(Event)
    assert (event.verb, event.actor, event.visible_to) == (verb, "管理员", "audit")
    assert "陆与行" in event.sentence


def test_every_act_is_an_event(clients: AppClients) -> None:
    with clients.rows() as session:
        one = account(session, "REVIEWER1")
        accounts.disable(session, OFFICE, one)
        accounts.disable(session, OFFICE, one)
        accounts.enable(session, OFFICE, one)
        accounts.set_region(session, OFFICE, one, "590200")
        accounts.set_role(session, OFFICE, one, "exam_officer")
        accounts.end_all_sessions(session, OFFICE, one)
        accounts.create_account(session, OFFICE, "new", "新人", "auditor")
    assert [event.verb for event in clients.all(Event)] == [
        "account_disabled",
        "account_enabled",
        "region_changed",
        "role_changed",
        "sessions_ended",
        "account_created",
    ]
    changed = clients.all(Event, verb="role_changed")[0]
    assert (changed.before, changed.after) == ("审核员", "考务员")


def test_staff_and_applicant_roles_do_not_mix(clients: AppClients) -> None:
    with clients.rows() as session:
        holder = session.get_one(Account, clients.scenario.holder.id)
        for attempt in (
            lambda: accounts.set_role(session, OFFICE, holder, "reviewer"),
            lambda: accounts.set_role(session, OFFICE, account(session, "EXAM"), "applicant"),
            lambda: accounts.set_region(session, OFFICE, holder, "590200"),
            lambda: accounts.create_account(session, OFFICE, "x", "甲", "applicant"),
            lambda: accounts.create_account(session, OFFICE, "x", "甲", "enterprise"),
            lambda: accounts.create_account(session, OFFICE, "x", "甲", "reviewer", person=holder.person),
            lambda: accounts.create_account(session, OFFICE, "x", "甲", "emperor"),
            lambda: accounts.create_account(session, OFFICE, " ", "甲", "reviewer"),
            lambda: accounts.create_account(session, OFFICE, "ａｄｍｉｎ ", "甲", "reviewer"),
        ):
            with pytest.raises(NotAllowed):
                attempt()


def test_a_disabled_account_keeps_its_password(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)
    with clients.rows() as session:
        accounts.disable(session, OFFICE, account(session, login))
    assert clients.browser().log_in(login).status_code == 401
    with clients.rows() as session:
        accounts.enable(session, OFFICE, account(session, login))
    assert clients.browser().log_in(login).status_code == 302


def test_the_first_administrator_is_the_first(clients: AppClients) -> None:
    with clients.rows() as session:
        with pytest.raises(NotAllowed, match="已经有"):
            accounts.first_administrator(session, "boss", "老大", SECRET)
        accounts.set_role(session, OFFICE, account(session, "ADMIN"), "auditor")
        with pytest.raises(NotAllowed, match="10 个字符"):
            accounts.first_administrator(session, "boss", "老大", "short")
        accounts.first_administrator(session, "boss", "老大", SECRET)
    assert clients.browser().log_in("Boss").location.startswith("/panel")


def test_only_setup_and_demo_set_passwords() -> None:
    taking = [
        name
        for name, function in inspect.getmembers(accounts, inspect.isfunction)
        if function.__module__ == accounts.__name__ and "password" in inspect.signature(function).parameters
    ]
    assert taking == ["create_account", "first_administrator"]


def test_one_account_has_one_role(clients: AppClients) -> None:
    staff = [row for row in clients.all(Account) if row.role in STAFF]
    assert len(staff) == len({row.login for row in staff})
