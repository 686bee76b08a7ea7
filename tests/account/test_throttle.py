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

from anguan.auth import guess_limits
from anguan.auth.throttle import QUARTER, Attempt, GrowingDelay, RateLimit, return_attempt, take_attempt
from anguan.core import clock
from anguan.extensions import db
from anguan.infra.addresses import networks_of
from anguan.infra.engine import prepare_engine
from anguan.models import Account
from tests.support.client import SECRET, AppClients, close_app, open_app
from tests.support.databases import copy_of, drop_database
from tests.support.factories import Scenario
from tests.support.office_data import build

FIVE = RateLimit("five", 5, QUARTER)


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    opened = AppClients(scenario, tmp_path)
    yield opened
    opened.close()


def test_one_network_spraying_is_stopped(clients: AppClients, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guess_limits, "NETWORK", RateLimit("network", 8, QUARTER))
    for number in range(8):
        assert (
            clients.browser(f"203.0.113.{number}").log_in(f"5901012000010{number:05d}", "x").status_code
            == 401
        )
    assert clients.browser("203.0.113.99").log_in("590101200001099999", "x").status_code == 429
    assert clients.browser("203.0.114.99").log_in("590101200001099999", "x").status_code == 401


def test_one_address_spraying_is_stopped(clients: AppClients, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guess_limits, "ADDRESS", RateLimit("address", 4, QUARTER))
    for number in range(4):
        browser = clients.browser(f"2001:db8:1:2::{number + 1}")
        assert browser.log_in(f"5901012000010{number:05d}", "x").status_code == 401
    assert clients.browser("2001:db8:1:2::9").log_in("590101200001099999", "x").status_code == 429
    assert clients.browser("2001:db8:1:3::9").log_in("590101200001099999", "x").status_code == 401


def test_many_networks_of_one_ipv6_site_are_one(clients: AppClients, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guess_limits, "NETWORK", RateLimit("network", 8, QUARTER))
    for number in range(8):
        browser = clients.browser(f"2001:db8:1:{number:x}::1")
        assert browser.log_in(f"5901012000010{number:05d}", "x").status_code == 401
    assert clients.browser("2001:db8:1:ff::1").log_in("590101200001099999", "x").status_code == 429
    assert clients.browser("2001:db8:2::1").log_in("590101200001099999", "x").status_code == 401


def test_a_correct_password_returns_the_attempts(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)
    clients.browser().log_in(login)
    for _ in range(4):
        for _ in range(4):
            clients.browser().log_in(login, "wrong")
        assert clients.browser().log_in(login).status_code == 302
    assert clients.attempt_counts("pair") == []
    clients.browser("203.0.1.1").log_in(login, "wrong")
    for number in range(2, 6):
        assert clients.browser(f"203.0.{number}.1").log_in(login).status_code == 302
    assert clients.attempt_counts("strangers") == [1]


def test_counts_outlive_the_process_and_are_shared(clients: AppClients, tmp_path: Path) -> None:
    login = clients.give_password(clients.scenario.holder)
    assert clients.browser().log_in(login).status_code == 302
    for _ in range(3):
        clients.browser().log_in(login, "wrong")
    other = AppClients(clients.scenario, tmp_path)
    for _ in range(2):
        assert other.browser().log_in(login, "wrong").status_code == 401
    other.close()
    again = open_app(clients.scenario.url, tmp_path)
    assert clients.browser().log_in(login).status_code == 429
    close_app(again)


@pytest.mark.parametrize(
    ("limit", "most"),
    [(FIVE, 5), (GrowingDelay("growing", (timedelta(0), QUARTER)), 2)],
    ids=["rate", "delay"],
)
def test_of_fifty_concurrent_attempts_few_are_allowed(
    kind: str, limit: RateLimit | GrowingDelay, most: int
) -> None:
    url = copy_of(kind, build)
    engine = prepare_engine(create_engine(url))

    bucket = "bucket"
    barrier = threading.Barrier(10)

    def guess(_: int) -> int:
        barrier.wait()
        with Session(engine) as session:
            return sum(take_attempt(session, ((limit, bucket),)).allowed for _ in range(5))

    with ThreadPoolExecutor(10) as pool:
        allowed = sum(pool.map(guess, range(10)))
    engine.dispose()
    drop_database(url)
    assert allowed == most


def test_attempts_are_taken_and_returned(clients: AppClients) -> None:
    session = clients.scenario.session
    buckets = ((RateLimit("two", 2, QUARTER), "it"), (FIVE, "it"))
    first = take_attempt(session, buckets)
    assert first.allowed
    assert take_attempt(session, buckets).allowed
    third = take_attempt(session, buckets)
    assert (third.allowed, third.refused, third.wait) == (False, "two", "15 分钟")
    assert (clients.attempt_counts("two"), clients.attempt_counts("five")) == ([3], [2])
    return_attempt(session, third)
    return_attempt(session, first, wholly=("five",))
    assert (clients.attempt_counts("two"), clients.attempt_counts("five")) == ([2], [])
    assert Attempt().wait == "1 秒"


@pytest.mark.parametrize(
    ("address", "narrow", "wide"),
    [
        ("203.0.113.77", "203.0.113.77/32", "203.0.113.0/24"),
        ("203.0.113.77:50123", "203.0.113.77/32", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("[2001:db8:1:2:3:4:5:6]:443", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("[2001:db8:1:2:3:4:5:6]", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.77/32", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
        ("", "unknown", "unknown"),
        ("nonsense", "unknown", "unknown"),
    ],
)
def test_an_address_belongs_to_a_household_and_a_site(address: str, narrow: str, wide: str) -> None:
    assert networks_of(address) == (narrow, wide)


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
