"""Registration, which does not disclose whether a document number is known."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from anguan.auth import registration
from anguan.auth.registration import Registration, register
from anguan.extensions import db
from anguan.infra.transaction import transaction
from anguan.models import Account, ChangeRequest, Event, Person
from anguan.services.review.person_verification import verify
from tests.support.client import SECRET, AppClients, Browser
from tests.support.factories import Scenario
from tests.support.portal_client import Holder, open_portal

NEW = "590101199505070117"
OTHER_NEW = "590101199505070125"


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    with open_portal(scenario, tmp_path) as opened:
        yield opened


def typed(number: str = NEW, **more: str) -> dict[str, str]:
    """Values of a complete form."""
    form = {"document_type": "resident", "document_number": number, "name": "新来者", "phone": "13800000011"}
    return {**form, "password": SECRET, "again": SECRET, "consent": "1", **more}


def send(browser: Browser, number: str = NEW, **more: str) -> TestResponse:
    """Open the registration page and send its form."""
    browser.get("/register")
    return browser.post("/register", **typed(number, **more))


def test_a_newcomer_registers_logs_in_and_files(clients: AppClients) -> None:
    browser = clients.browser()
    answer = send(browser, " 590101 19950507 0117 ")
    assert answer.status_code == 302
    browser.get(answer.location)
    assert "注册已收到。号码没有注册过的" in browser.page
    browser.log_in(NEW)
    assert browser.is_logged_in()
    account = clients.all(Account, login=NEW)[0]
    person = account.person
    assert person is not None
    assert person.unverified
    assert (person.name, person.gender, str(person.birth_date)) == ("新来者", "male", "1995-05-07")
    assert browser.get("/my/profile").status_code == 200
    assert "未核实" in browser.page
    newcomer = Holder.__new__(Holder)
    newcomer.clients, newcomer.scenario, newcomer.account, newcomer.browser = (
        clients,
        clients.scenario,
        account,
        browser,
    )
    assert newcomer.begin("profile_change")


def test_the_answer_is_the_same_for_known_and_unknown(
    clients: AppClients, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same status, headers, page; the same statements in the same order, one slow hash each."""
    hashes: list[str] = []
    real = registration.set_password
    monkeypatch.setattr(registration, "set_password", lambda s, a, h: (hashes.append(h), real(s, a, h)))
    seen = []
    for number in (clients.scenario.paper_holder.login, NEW):
        executed: list[str] = []
        hashes.clear()
        with clients.app.app_context():
            listen = lambda *args, log=executed: log.append(args[2].split(" (")[0][:40])  # noqa: E731
            event.listen(db.engine, "before_cursor_execute", listen)
        answer = send(clients.browser(), number)
        with clients.app.app_context():
            event.remove(db.engine, "before_cursor_execute", listen)
        headers = {name: value for name, value in answer.headers if name != "Set-Cookie"}
        kept = [line for line in executed if not re.search("SAVEPOINT|DELETE FROM used_password", line)]
        seen.append((answer.status_code, headers, answer.text, kept, len(hashes)))
    assert seen[0][:3] == seen[1][:3]
    assert seen[0][4] == seen[1][4] == 1
    # A refusal writes one more event.
    assert abs(len(seen[0][3]) - len(seen[1][3])) <= 1
    assert len(clients.all(Event, verb="registration_refused")) >= 1


def test_a_known_number_changes_nothing(clients: AppClients) -> None:
    holder = clients.scenario.holder
    clients.give_password(holder)
    people, accounts = len(clients.all(Person)), len(clients.all(Account))
    assert (
        send(clients.browser(), holder.login, password="Lan3-Tian!Yun", again="Lan3-Tian!Yun").status_code
        == 302
    )
    assert (len(clients.all(Person)), len(clients.all(Account))) == (people, accounts)
    intruder = clients.browser("198.51.100.7")
    intruder.log_in(holder.login, "Lan3-Tian!Yun")
    assert not intruder.is_logged_in()
    assert clients.read(holder).name == "岑禾安"


FAULTS: tuple[tuple[dict[str, str], str], ...] = (
    ({"number": "590101199505070118"}, "最后一位与前17位不相符"),
    ({"document_type": "nothing"}, "请从列表中选择一项"),
    ({"name": "😀"}, "姓名里不能有表情"),
    ({"phone": "123"}, "手机"),
    ({"password": "short", "again": "short"}, "密码不少于"),
    ({"password": "Aa-19950507-x", "again": "Aa-19950507-x"}, "不能有账号中连续"),
    ({"again": "other"}, "两次输入的密码不一样"),
    ({"consent": ""}, "同意后再注册"),
)


def test_each_error_has_its_sentence(clients: AppClients) -> None:
    browser = clients.browser()
    for more, sentence in FAULTS:
        answer = send(browser, **more)
        assert answer.status_code == 400, sentence
        assert sentence in answer.text
        assert SECRET not in answer.text
    assert not clients.all(Account, login=NEW)
    assert not clients.attempt_counts("register")


def test_registrations_per_network_are_limited(clients: AppClients, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        registration, "REGISTER", registration.RateLimit("register", 2, registration.REGISTER.window)
    )
    holder = clients.scenario.holder.login
    browser = clients.browser()
    assert [send(browser, holder).status_code for _ in range(4)] == [302, 302, 429, 429]
    assert send(clients.browser("203.0.113.9"), holder).status_code == 302


def test_the_policy_closes_the_page(clients: AppClients) -> None:
    clients.policy("self_registration", "off")
    answer = send(clients.browser())
    assert "暂不开放自行注册" in answer.text
    assert not clients.all(Account, login=NEW)


def test_two_at_once_are_one_person(clients: AppClients) -> None:
    """The second insert of the same number ends as a refusal, on both databases."""
    newcomer = Registration("resident", NEW, "新来者", "13800000011")
    with clients.app.app_context():
        register(db.session, newcomer, "hash one")
        real, registration._is_known = registration._is_known, lambda session, who: False
        try:
            register(db.session, newcomer, "hash two")
        finally:
            registration._is_known = real
    assert [row.password_hash for row in clients.all(Account, login=NEW)] == ["hash one"]
    assert len(clients.all(Event, verb="registration_refused")) == 1


def test_the_first_approval_verifies(scenario: Scenario) -> None:
    request = scenario.filed("profile_change")
    with transaction(scenario.session) as session:
        row = session.get_one(ChangeRequest, request.id)
        assert row.person is not None
        row.person.unverified = True
        session.flush()
        assert verify(session, row)
        assert not verify(session, row)
        assert not row.person.unverified
