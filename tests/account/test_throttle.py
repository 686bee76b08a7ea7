"""Throttles limit password guessing per account, network and in total, without locking out the owner."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session

from anguan.auth import authentication
from anguan.auth.throttle import QUARTER, Attempt, RateLimit, return_attempt, take_attempt
from anguan.core import clock
from anguan.extensions import db
from anguan.infra.engine import prepare_engine
from anguan.models import Account
from anguan.web.session_cookie import network_of
from tests.support.client import SECRET, AppClients, close_app, open_app
from tests.support.databases import copy_of, drop_database
from tests.support.factories import Scenario, build

FIVE = RateLimit("five", 5, QUARTER)


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    opened = AppClients(scenario, tmp_path)
    yield opened
    opened.close()


def test_the_sixth_guess_is_refused_even_when_it_is_right(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)
    other = clients.give_password(clients.scenario.stranger)
    start = clock.now()

    with clock.frozen_at(start) as moment:
        for _ in range(5):
            assert clients.browser().log_in(login, "wrong").status_code == 401
        answer = clients.browser().log_in(login)
        assert answer.status_code == 429
        assert "15 分钟后再试" in answer.text
        assert clients.browser().log_in(other).status_code == 302
    with clock.frozen_at(moment + timedelta(minutes=15)):
        assert clients.browser().log_in(login).status_code == 302


def test_more_attempts_do_not_block_for_longer(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)
    start = clock.now()
    for minute in range(15):
        with clock.frozen_at(start + timedelta(minutes=minute)):
            for _ in range(6):
                clients.browser().log_in(login, "wrong")
    with clock.frozen_at(start + timedelta(minutes=15)):
        assert clients.browser().log_in(login).status_code == 302


def test_known_and_unknown_logins_are_blocked_alike(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)
    seen = []
    for name in (login, "590101200001019999"):
        answers = []
        for number in range(7):
            browser = clients.browser(f"203.0.{number}.1")
            answer = browser.log_in(name, "wrong")
            answers.append((answer.status_code, answer.text.replace(browser.token, "").replace(name, "")))
        seen.append(answers)
    assert seen[0] == seen[1]
    assert [status for status, _ in seen[0]] == [401] * 5 + [429] * 2


def test_strangers_cannot_lock_the_owner_out_of_their_own_network(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)
    home = "198.51.100.9"
    clients.browser(home).log_in(login)
    for number in range(50):
        clients.browser(f"203.0.{number}.1").log_in(login, "wrong")
    assert clients.browser("192.0.2.77").log_in(login).status_code == 429
    assert clients.browser(home).log_in(login).status_code == 302


def test_many_networks_get_five_guesses_together(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)
    start = clock.now()

    with clock.frozen_at(start):
        answers = [
            clients.browser(f"203.0.{number}.1").log_in(login, "wrong").status_code for number in range(20)
        ]
    assert answers.count(401) == 5


def test_one_network_spraying_is_stopped(clients: AppClients, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authentication, "NETWORK", RateLimit("network", 8, QUARTER))
    for number in range(8):
        assert (
            clients.browser(f"203.0.113.{number}").log_in(f"5901012000010{number:05d}", "x").status_code
            == 401
        )
    assert clients.browser("203.0.113.99").log_in("590101200001099999", "x").status_code == 429
    assert clients.browser("203.0.114.99").log_in("590101200001099999", "x").status_code == 401


def test_spraying_from_everywhere_does_not_block_known_networks(
    clients: AppClients, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = clients.give_password(clients.scenario.holder)
    clients.browser("198.51.100.9").log_in(login)
    monkeypatch.setattr(authentication, "SPRAY", RateLimit("spray", 10, timedelta(hours=1)))
    for number in range(12):
        clients.browser(f"203.0.{number}.1").log_in(f"5901012000010{number:05d}", "x")
    assert clients.browser("203.0.99.1").log_in(login).status_code == 429
    assert clients.browser("198.51.100.9").log_in(login).status_code == 302


def test_a_correct_password_returns_the_attempts(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)
    for _ in range(4):
        for _ in range(4):
            clients.browser().log_in(login, "wrong")
        assert clients.browser().log_in(login).status_code == 302
    assert clients.attempt_counts("pair") == []


def test_counts_outlive_the_process_and_are_shared(clients: AppClients, tmp_path: Path) -> None:
    login = clients.give_password(clients.scenario.holder)
    for _ in range(3):
        clients.browser().log_in(login, "wrong")
    other = AppClients(clients.scenario, tmp_path)
    for _ in range(2):
        assert other.browser().log_in(login, "wrong").status_code == 401
    other.close()
    again = open_app(clients.scenario.url, tmp_path)
    assert clients.browser().log_in(login).status_code == 429
    close_app(again)


def test_of_fifty_concurrent_attempts_five_are_allowed(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    url = copy_of(kind, build)
    engine = prepare_engine(create_engine(url))

    bucket = "bucket"
    barrier = threading.Barrier(10)

    def guess(_: int) -> int:
        barrier.wait()
        with Session(engine) as session:
            return sum(take_attempt(session, [(FIVE, bucket)]).allowed for _ in range(5))

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(guess, range(10))) == 5
    engine.dispose()
    drop_database(url)


def test_attempts_are_taken_and_returned(clients: AppClients) -> None:
    session = clients.scenario.session
    buckets = [(FIVE, "it"), (RateLimit("two", 2, QUARTER), "it")]
    assert take_attempt(session, buckets).allowed
    second = take_attempt(session, buckets)
    assert (second.allowed, second.spent) == (True, {"two"})
    third = take_attempt(session, buckets)
    assert (third.allowed, third.names, third.minutes) == (False, {"two"}, 15)
    return_attempt(session, buckets)
    return_attempt(session, buckets, wholly=("five",))
    assert (clients.attempt_counts("five"), clients.attempt_counts("two")) == ([], [1])
    assert Attempt(frozenset()).minutes == 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_a_network_is_what_a_household_shares(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.fixture
def failures(scenario: Scenario, tmp_path: Path) -> Iterator[tuple[AppClients, dict[str, tuple[str, str]]]]:
    """The application with real hashes, and login failures that must not be distinguishable."""
    clients = AppClients(scenario, tmp_path, cheap_hash="")
    login, disabled = clients.give_password(scenario.holder), clients.give_password(scenario.stranger)
    fresh = scenario.paper_holder
    clients.set_initial_last6(fresh)
    with clients.rows() as session:
        session.get_one(Account, scenario.stranger.id).disabled_at = clock.now()
    ways = {
        "known": (login, "wrong"),
        "unknown": ("590101200001019999", "wrong"),
        "disabled": (disabled, "wrong"),
        "disabled but right": (disabled, SECRET),
        "not yet activated": (fresh.login, "wrong"),
    }
    yield clients, ways
    clients.close()


def test_every_failure_does_the_same_work(
    failures: tuple[AppClients, dict[str, tuple[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    clients, ways = failures
    done: list[str] = []
    verify = PasswordHasher.verify

    def count_hash(hasher: PasswordHasher, kept: str, secret: str) -> bool:
        done.append(f"hash of {hasher.memory_cost}")
        return bool(verify(hasher, kept, secret))

    def count_statement(*args: Any) -> None:
        done.append(str(args[2]).split("WHERE")[0])

    monkeypatch.setattr(PasswordHasher, "verify", count_hash)
    with clients.app.app_context():
        event.listen(db.engine, "before_cursor_execute", count_statement)

    work = {}
    for name, (login, secret) in ways.items():
        browser = clients.browser(f"203.0.{len(work)}.1")
        browser.get("/login")
        done.clear()
        assert browser.post("/login", login=login, password=secret).status_code in (401, 429)
        work[name] = list(done)
    assert [step for step in work["known"] if step.startswith("hash")] == ["hash of 32768"]
    assert all(steps == work["known"] for steps in work.values()), work
