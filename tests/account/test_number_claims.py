"""Number claims: the true holder takes over the account that somebody else registered with their number."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from anguan.auth import account_takeover
from anguan.auth.account_takeover import RELEASED_LOGIN
from anguan.auth.accounts import NotAllowed
from anguan.auth.registration import Registration, register
from anguan.core import clock
from anguan.extensions import db
from anguan.infra.transaction import transaction
from anguan.models import (
    Account,
    ChangeRequest,
    DraftValue,
    Event,
    LoginSession,
    NumberClaim,
    Person,
    PhotoWorkspace,
    StoredFile,
)
from anguan.services.review.approval import take_effect
from tests.support.client import OTHER, SECRET, AppClients, Browser, activate
from tests.support.factories import Scenario
from tests.support.office_data import picture
from tests.support.portal_client import open_portal

NEW = "590101199505070117"
TRUE_NAME = "真持有"
OPINION = "证件与申诉人所述一致"
SIDES = (("front", "teal"), ("back", "maroon"))


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    with open_portal(scenario, tmp_path) as opened:
        yield opened


def squat(clients: AppClients, number: str = NEW, name: str = "冒名者") -> Account:
    """Register the number of somebody else."""
    newcomer = Registration("resident", number, name, "13800000066")
    with clients.app.app_context():
        register(db.session, newcomer, "")
    account = clients.all(Account, login=number)[0]
    clients.give_password(account)
    return account


def file_claim(browser: Browser, number: str = NEW, name: str = TRUE_NAME, **more: object) -> TestResponse:
    """Send the form of a claim."""
    browser.get("/register/claim")
    form: dict[str, object] = {"document_type": "resident", "document_number": number, "name": name}
    sides = {side: (io.BytesIO(picture(300, 200, side_ink)), "身份证.jpg") for side, side_ink in SIDES}
    return browser.post("/register/claim", **{**form, "phone": "13800000077", **sides, **more})


def receipt_of(page: str) -> tuple[str, str]:
    """Number and code of the claim that the page shows."""
    number = re.search(r"SS\d{4}-\d{6}", page)
    code = re.search(r'class="once">([0-9A-Z-]+)<', page)
    assert number
    assert code
    return number[0], code[1]


def ask(browser: Browser, number: str, code: str) -> TestResponse:
    """Ask for the answer to a claim."""
    browser.get("/register/answer")
    return browser.post("/register/answer", number=number, code=code)


def reviewer(clients: AppClients) -> Browser:
    """A reviewer who has just confirmed their password."""
    browser = clients.browser("198.51.100.20")
    browser.log_in(clients.give_password(clients.scenario.reviewer), SECRET)
    return browser


def decide(browser: Browser, claim: NumberClaim, verdict: str = "accept", opinion: str = OPINION) -> str:
    """Open the claim and decide it; returns the page afterwards."""
    page = browser.get(f"/panel/number-claims/details/?id={claim.id}")
    assert page.status_code == 200
    answer = browser.post(f"/panel/number-claims/{claim.id}/decide", verdict=verdict, opinion=opinion)
    return browser.get(answer.location).text if answer.status_code == 302 else answer.text


def test_the_victim_recovers_in_one_flow(clients: AppClients) -> None:
    """Sessions, drafts, requests and data of the false holder are deleted; the true holder is logged in."""

    number = NEW
    false = squat(clients, number)
    squatter = clients.browser("203.0.113.66")
    squatter.log_in(number)
    assert squatter.is_logged_in()
    squatter.get("/my/")
    begun = squatter.post("/my/start/profile_change", save="1")
    draft = int(re.findall(r"/my/requests/(\d+)/edit", begun.location)[0])
    with clients.rows() as session:
        session.add(DraftValue(request_id=draft, name="person.title", typed="工程师"))
        kept = session.scalars(select(StoredFile.id)).first()
        assert false.person_id
        session.add(PhotoWorkspace(person_id=false.person_id, waiting_id=kept, changed_at=clock.now()))
    victim = clients.browser("203.0.113.77")
    slip = receipt_of(file_claim(victim, number).text)
    assert "正在核对" in ask(victim, *slip).text
    claim = clients.all(NumberClaim, number=slip[0])[0]
    assert "已更换" in decide(reviewer(clients), claim)

    assert squatter.get("/my/").status_code == 302
    squatter.log_in(number)
    assert not squatter.is_logged_in()
    gone = clients.read(false)
    assert gone.disabled_at
    assert not gone.password_hash
    assert number not in gone.login
    assert gone.name != "冒名者"
    assert not gone.phone
    assert not clients.all(LoginSession, account_id=false.id, ended_at=None)
    row = clients.all(ChangeRequest, id=draft)[0]
    assert row.state == "lapsed"
    assert not clients.all(DraftValue, request_id=draft)
    assert not clients.all(PhotoWorkspace)

    page = ask(victim, *slip).text
    code = re.search(r'class="once">([0-9A-Z-]+)<', page)
    assert code
    victim.get("/forgot")
    assert victim.post("/forgot", login=number, code=code[1]).status_code == 302
    assert activate(victim, TRUE_NAME, OTHER).status_code == 302
    assert victim.is_logged_in()
    mine = clients.all(Account, login=number)[0]
    assert mine.id != false.id
    assert mine.person
    assert (mine.person.name, mine.person.phone) == (TRUE_NAME, "13800000077")
    assert not mine.person.unverified
    assert "冒名者" not in victim.get("/my/profile").text
    assert "号码申诉已核实" in victim.get("/my/messages").text
    assert "直接登录" in ask(victim, *slip).text
    squatter.log_in(number, SECRET)
    assert not squatter.is_logged_in()
    assert {event.verb for event in clients.all(Event)} >= {
        "registered",
        "claim_filed",
        "claim_accepted",
        "account_displaced",
        "verify_person",
        "claim_code",
        "activated",
    }


def test_an_imported_person_stays(clients: AppClients) -> None:
    """An imported holder whose first login somebody else used: the person stays, the account is replaced."""
    scenario = clients.scenario
    holder = scenario.holder
    number, person_id = holder.login, holder.person_id
    clients.give_password(holder)
    draft = scenario.begin("profile_change").id
    decided = scenario.filed("certificate_renewal")
    scenario.policy("undo_seconds", "60")
    scenario.decide(decided, "approve")
    victim = clients.browser("203.0.113.77")
    slip = receipt_of(file_claim(victim, number, "岑禾安").text)
    claim = clients.all(NumberClaim, number=slip[0])[0]
    staff = reviewer(clients)
    staff.get(f"/panel/number-claims/details/?id={claim.id}")
    assert "登记里有这个人的办理记录" in staff.page
    assert "占用号码的账号：可登录，" in staff.page
    assert number not in staff.page
    decide(staff, claim)
    person = clients.all(Person, id=person_id)[0]
    assert (person.document_number, person.name, person.title) == (number, "岑禾安", "工程师")
    states = {row.id: row.state for row in clients.all(ChangeRequest)}
    assert states == {draft: "lapsed", decided.id: "withdrawn"}
    scenario.session.rollback()
    with clock.frozen_at(clock.now() + timedelta(minutes=5)):
        take_effect(scenario.session, scenario.storage, decided.id)
    assert {row.state for row in clients.all(ChangeRequest)} == {"lapsed", "withdrawn"}
    false, mine = clients.read(holder), clients.all(Account, login=number)[0]
    assert mine.person_id == person_id
    assert false.person
    assert false.person.document_type == RELEASED_LOGIN
    assert scenario.certificate(mine).person_id == person_id


def test_a_refusal_says_why_and_changes_nothing(clients: AppClients) -> None:
    false = squat(clients)
    victim = clients.browser("203.0.113.77")
    slip = receipt_of(file_claim(victim).text)
    claim = clients.all(NumberClaim)[0]
    staff = reviewer(clients)
    assert "请写明核对的结果" in decide(staff, claim, "refuse", " ")
    decide(staff, claim, "refuse", "照片看不清号码")
    assert "照片看不清号码" in ask(victim, *slip).text
    assert clients.read(false).disabled_at is None
    assert "已经由别人办结" in decide(staff, claim)
    assert clients.all(NumberClaim)[0].state == "refused"


def test_a_number_that_nobody_has_gets_its_account(clients: AppClients) -> None:
    victim = clients.browser("203.0.113.77")
    slip = receipt_of(file_claim(victim).text)
    decide(reviewer(clients), clients.all(NumberClaim)[0])
    assert 'class="once"' in ask(victim, *slip).text
    assert clients.all(Account, login=NEW)[0].person_id


def test_every_unknown_claim_gets_the_same_answer(clients: AppClients) -> None:
    squat(clients)
    victim = clients.browser("203.0.113.77")
    number, _ = receipt_of(file_claim(victim).text)
    asker = clients.browser("203.0.113.88")
    pages = []
    for wrong in (number, "SS2020-000001"):
        answer = ask(asker, wrong, "AAAAA-AAAAA-AAAAA")
        assert answer.status_code == 401
        pages.append(re.sub(r'value="[^"]*"', "", answer.text))
    assert pages[0] == pages[1]
    assert [ask(asker, number, "B").status_code for _ in range(30)][-1] == 429


def test_nobody_keeps_the_answer_from_the_claimant(clients: AppClients) -> None:
    victim = clients.browser("203.0.113.77")
    slip = receipt_of(file_claim(victim).text)
    for network in range(40):
        assert ask(clients.browser(f"198.51.{network}.1"), slip[0], "AAAAA-AAAAA-AAAAA").status_code == 401
    assert "正在核对" in ask(victim, *slip).text


def test_a_claim_gets_the_same_answer_for_known_and_unknown_numbers(clients: AppClients) -> None:
    victim = clients.browser("203.0.113.77")
    pages = []
    for number in (clients.scenario.holder.login, NEW):
        answer = file_claim(victim, number)
        slip = receipt_of(answer.text)
        page = re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text)
        pages.append((answer.status_code, page.replace(slip[0], "").replace(slip[1], "")))
    assert pages[0] == pages[1]
    said = file_claim(victim, NEW, front=(io.BytesIO(b"%PDF-1.4 nothing"), "身份证.pdf"))
    assert said.status_code == 400
    assert "身份证.pdf" in said.text
    assert file_claim(victim, NEW, back=(io.BytesIO(b""), "")).status_code == 400


def test_scans_and_numbers_are_shown_to_reviewers_and_logged(clients: AppClients) -> None:
    file_claim(clients.browser("203.0.113.77"))
    claim = clients.all(NumberClaim)[0]
    staff = reviewer(clients)
    at = f"/panel/number-claims/{claim.id}"

    before = len(clients.all(Event, verb="read_claim"))
    answer = staff.get(f"{at}/scan/front")
    assert answer.mimetype == "image/jpeg"
    assert NEW not in str(answer.headers)
    assert len(clients.all(Event, verb="read_claim")) == before + 1
    staff.get(f"/panel/number-claims/details/?id={claim.id}")
    assert NEW not in staff.page
    assert staff.post(f"{at}/reveal", purpose="compare").status_code == 200
    assert NEW in staff.page
    assert len(clients.all(Event, verb="reveal")) == 1
    found = staff.post("/panel/number-claims/find", search=NEW)
    assert NEW not in found.location
    assert claim.number in staff.get(found.location).text


def test_the_password_is_asked_for_again(clients: AppClients) -> None:
    file_claim(clients.browser("203.0.113.77"))
    claim = clients.all(NumberClaim)[0]
    staff = reviewer(clients)
    with clients.rows() as session:
        for row in session.scalars(select(LoginSession)):
            row.proved_at = None

    for answer in (
        staff.get(f"/panel/number-claims/details/?id={claim.id}"),
        staff.post(f"/panel/number-claims/{claim.id}/decide", verdict="accept", opinion=OPINION),
    ):
        assert "/reauth" in (answer.location or "")


def test_nobody_decides_their_own_claim(clients: AppClients) -> None:
    file_claim(clients.browser("203.0.113.77"), name=clients.scenario.reviewer.name)
    decide(reviewer(clients), clients.all(NumberClaim)[0])
    assert clients.all(NumberClaim)[0].state == "open"


def test_two_reviewers_at_once_take_over_once(clients: AppClients) -> None:
    """Both accept at the same moment: one succeeds, the other is told."""
    scenario = clients.scenario

    number = NEW
    squat(clients, number)
    file_claim(clients.browser("203.0.113.77"), number)
    claim = clients.all(NumberClaim, document_number=number)[0].id
    reviewers = (scenario.reviewer.id, scenario.colleague.id)
    scenario.session.rollback()
    start, told = Barrier(2), []

    def accept(account: int) -> None:
        with clients.app.app_context(), Session(db.engine) as session:
            start.wait()
            try:
                with transaction(session):
                    who = session.get_one(Account, account)
                    account_takeover.decide_claim(session, who, claim, True, OPINION)
            except NotAllowed as refused:
                told.append(refused.sentence)

    threads = [Thread(target=accept, args=(account,)) for account in reviewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == ["这一件刚刚已经由别人办结。"]
    events = [row for row in clients.all(Event, verb="claim_accepted") if row.person_id]
    assert len(events) == len(clients.all(NumberClaim, state="accepted"))
    assert len(clients.all(Account, login=number)) == 1
