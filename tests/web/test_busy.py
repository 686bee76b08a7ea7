"""While another process writes for long: pages are read at once, forms are refused in time and kept."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text, update
from sqlalchemy.orm import Session

from anguan.auth.sessions import SEEN_EVERY
from anguan.core import clock
from anguan.infra.engine import LOCK_TIMEOUT_MS, prepare_engine
from anguan.infra.transaction import BUSY, WAITING, Busy, transaction
from anguan.models import ChangeRequest, LoginSession
from tests.support.factories import Scenario
from tests.support.hostile import Forms
from tests.support.portal_client import Holder, open_portal

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
LIMIT = LOCK_TIMEOUT_MS["sqlite"] / 1000
"""Seconds that a form waits at most; tests in which it waits to the end use a part of it."""


@contextmanager
def held(url: str) -> Iterator[None]:
    """A write transaction of another process: SQLite's only writer, for as long as the block runs."""
    engine = create_engine(url)
    with engine.connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")
        yield
    engine.dispose()


def _wait_for_a_part_of_it(monkeypatch: pytest.MonkeyPatch, part: int) -> float:
    """Let writers wait for this part of the limit; gives it in seconds."""
    monkeypatch.setitem(LOCK_TIMEOUT_MS, "sqlite", int(LIMIT * 1000 / part))
    return LIMIT / part


@pytest.fixture
def holder(scenario: Scenario, tmp_path: Path) -> Iterator[Holder]:
    with open_portal(scenario, tmp_path) as clients:
        yield Holder(clients, scenario.holder)


def test_a_page_does_not_wait_for_a_writer(holder: Holder, scenario: Scenario) -> None:
    pages = ("/my/", "/my/requests", "/my/certificates", "/my/profile", "/my/messages")
    for page in pages:
        holder.browser.get(page)
    with transaction(scenario.session) as session:  # the use of the session has to be noted again
        session.execute(update(LoginSession).values(seen_at=clock.now() - 2 * SEEN_EVERY))
    with held(scenario.url):
        for page in pages:
            begun = time.monotonic()
            answer = holder.browser.get(page, follow_redirects=True)
            assert answer.status_code == 200, page
            assert time.monotonic() - begun < LIMIT / 2, page


def test_a_form_is_refused_in_time_and_can_be_sent_again(
    holder: Holder, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait = _wait_for_a_part_of_it(monkeypatch, 8)
    id = holder.begin("profile_change", None)
    typed = "第一行\n<b>第二行</b> & 完"
    with held(scenario.url):
        begun = time.monotonic()
        answer = holder.save(id, **{"person.position": typed, "save": "1"})
        assert wait <= time.monotonic() - begun < LIMIT
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert BUSY in answer.text
    assert "再提交一次" in answer.text
    form = next(form for form in Forms(answer.text).forms if form.action.endswith("/edit"))
    assert "person.position" in form.texts
    assert answer.text.count("&lt;b&gt;第二行&lt;/b&gt; &amp; 完</textarea>") == 1
    again = holder.browser.post(form.action, **{"person.position": typed, "save": "1"})
    assert again.status_code == 302
    assert "第二行" in holder.typed(id)["person.position"]


def test_a_password_is_never_in_the_page_that_sends_again(
    holder: Holder, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    _wait_for_a_part_of_it(monkeypatch, 8)
    browser = holder.clients.browser("192.0.2.77")
    browser.get("/login")
    with held(scenario.url):
        answer = browser.post("/login", login=scenario.stranger.login, password="Qing4Shui!Bao-x")
    assert answer.status_code == 503
    assert "Qing4Shui" not in answer.text
    assert "再提交一次" not in answer.text


def test_few_threads_wait_for_the_writer(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """With all threads waiting nobody would serve readers: all but `WAITING` give up soon."""
    wait = _wait_for_a_part_of_it(monkeypatch, 2)
    engine = prepare_engine(create_engine(scenario.url))

    def write(_: int) -> float:
        begun = time.monotonic()
        with Session(engine) as session, pytest.raises(Busy), transaction(session):
            session.execute(text("SELECT 1"))
        return time.monotonic() - begun

    with held(scenario.url), ThreadPoolExecutor(3 * WAITING) as pool:
        took = sorted(pool.map(write, range(3 * WAITING)))
    assert 1 <= len([seconds for seconds in took if seconds > wait / 2]) <= WAITING
    with Session(engine) as session, transaction(session):
        assert session.scalar(select(ChangeRequest.id).limit(1)) is None
    engine.dispose()
