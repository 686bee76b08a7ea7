"""Access, tokens and headers of every URL for every actor, generated from the URL map."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import inspect, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.models import (
    Account,
    Attachment,
    Base,
    Certificate,
    ChangeItem,
    ChangeRequest,
    Edition,
    Notice,
    NumberClaim,
    StoredFile,
)
from anguan.services.requests.notes import add_note
from anguan.web.access import PUBLIC, access_table
from anguan.worker.context import JobContext
from anguan.worker.loop import drain
from tests.support.client import SECRET, AppClients, Browser
from tests.support.databases import borrow, engine_of, give_back
from tests.support.factories import Scenario
from tests.support.office_data import build
from tests.support.panel_client import export
from tests.web.test_headers import SAME, STRICT, bare, policy_of

ACTORS = (
    "anonymous",
    "owner",
    "stranger",
    "own enterprise",
    "other enterprise",
    "reviewer elsewhere",
    "reviewer",
    "senior_reviewer",
    "exam_officer",
    "administrator",
    "auditor",
)
ROLE_OF = {"owner": "applicant", "stranger": "applicant", "own enterprise": "enterprise"}
ROLE_OF |= {"other enterprise": "enterprise", "reviewer elsewhere": "reviewer"}
FINE = (200, 204, 302, 303, 308, 400, 404, 405, 409)
READ_TRACES = {"login_session", "throttle", "event"}
LOGOUT = {"account.logout"}
NOTE = "只写给同事的话"
"""Text of a note to colleagues on each submitted request of the site."""


class Site:
    """The application with requests in many states, and one logged-in browser for each actor."""

    def __init__(self, folder: Path, build: Callable[[str], None] = build) -> None:
        self.build = build
        url = borrow("sqlite", build)
        self.scenario = Scenario(url, engine_of(url))
        self.clients = AppClients(self.scenario, folder)
        self.app = self.clients.app
        self.app.extensions["anguan_storage"] = self.scenario.storage
        scenario = self.scenario
        first = scenario.filed("certificate_change")
        scenario.decide(first, "approve")
        drain(scenario.session, JobContext(scenario.storage, "http://127.0.0.1:5000"))
        self.draft = scenario.begin("certificate_renewal").id
        scenario.fill(scenario.session.get(ChangeRequest, self.draft))
        filed = scenario.filed("profile_change")
        self.filed = filed.id
        self.papers = {
            request: scenario.session.scalar(select(Attachment.id).where(Attachment.request_id == request))
            for request in (self.draft, self.filed)
        }
        self.item = scenario.session.scalar(
            select(ChangeItem.id).where(
                ChangeItem.request_id == first.id, ChangeItem.path == "certificate.photo"
            )
        )
        own_number = {"certificate.document_number": scenario.stranger.login}
        done = scenario.filed("certificate_change", scenario.stranger, **own_number)
        scenario.decide(done, "approve")
        self.strangers = done.id
        self.noted = [self.filed, first.id, done.id]
        for request in self.noted:
            add_note(scenario.session, scenario.account("REVIEWER1"), request, NOTE)
        self.certificate = scenario.certificate().id
        self.notice = scenario.session.scalar(
            select(Notice.id).where(Notice.account_id == scenario.holder.id)
        )
        self.token = scenario.session.scalar(select(Edition.qr_token))
        self.account = scenario.session.scalar(select(Account.id).where(Account.login == "REVIEWER2"))
        self.claim = file_claim(scenario)
        scenario.session.rollback()
        logins = {
            "owner": scenario.holder,
            "stranger": scenario.stranger,
            "own enterprise": scenario.account(scenario.firm(0).uscc),
            "other enterprise": scenario.account(scenario.firm(1).uscc),
            "reviewer elsewhere": scenario.account("REGIONAL"),
            "reviewer": scenario.account("REVIEWER1"),
            "senior_reviewer": scenario.account("SENIOR"),
            "exam_officer": scenario.account("EXAM"),
            "administrator": scenario.account("ADMIN"),
            "auditor": scenario.account("AUDITOR"),
        }
        self.browsers: dict[str, Browser] = {"anonymous": self.clients.browser()}
        for index, (actor, account) in enumerate(logins.items()):
            login = self.clients.give_password(account)
            browser = self.clients.browser(f"192.0.2.{index + 10}")
            browser.log_in(login, SECRET)
            assert browser.is_logged_in(), actor
            self.browsers[actor] = browser

    def close(self) -> None:
        self.clients.close()
        self.scenario.close()
        give_back(self.scenario.url, self.build)

    def address(self, rule: Rule, request: int = 0) -> str:
        """URL of the rule about the owner's records, or about this request where the rule names one."""
        values: dict[str, object] = {}
        for name in rule.arguments:
            about_request = request and name in ("id", "request_id")
            values[name] = request if about_request else self.value(rule, name)
        with self.app.test_request_context():
            built = rule.build(values, append_unknown=False)
        assert built is not None, rule
        return str(built[1])

    def value(self, rule: Rule, name: str) -> object:
        """Value of one URL argument, by its name and the rule."""
        values = {"code": "certificate_renewal", "paper": "application", "token": self.token}
        values["side"] = "front"
        if name in values:
            return values[name]
        if name == "when":
            return "now"
        if name == "listed":
            return "person"
        if name in ("attachment", "attachment_id", "file"):
            return self.papers[self.filed if rule.endpoint.startswith("panel") else self.draft]
        if name in ("notice", "notice_id", "message"):
            return self.notice
        if name in ("filename", "path"):
            return "css/base.css"
        if name in ("id", "request_id", "certificate_id"):
            if "number-claims" in rule.rule:
                return self.claim
            if "certificate" in rule.rule:
                return self.certificate
            filed = rule.endpoint.startswith(("panel", "portal.receipt"))
            return self.filed if filed else self.draft
        return 1


@dataclass
class Crawl:
    """The answer to every GET of every actor, asked once, and all rows before and after."""

    before: dict[str, list[tuple[object, ...]]]
    answers: dict[str, list[tuple[Rule, "Answer"]]] = field(default_factory=dict)
    after: dict[str, list[tuple[object, ...]]] = field(default_factory=dict)


class Answer:
    """What is kept of an answer."""

    def __init__(self, answer: TestResponse, static: bool = False) -> None:
        self.status_code, self.headers, self.mimetype = answer.status_code, answer.headers, answer.mimetype
        self.location, self.data = answer.location or "", b"" if static else answer.get_data()

    @cached_property
    def text(self) -> str:
        """The text of a page or a PDF."""
        if self.mimetype == "application/pdf":
            return "".join(page.extract_text() for page in PdfReader(BytesIO(self.data)).pages)
        return self.data.decode(errors="replace")


def file_claim(scenario: Scenario) -> int:
    """Add a number claim on the owner's number."""
    kept = scenario.session.scalars(select(StoredFile.id)).first()
    claim = NumberClaim(
        number="SS2026-000001",
        document_type="resident",
        document_number=scenario.holder.login,
        name="岑禾安",
        phone="13800000077",
        front_id=kept,
        back_id=kept,
        secret_hash="0" * 64,
        created_at=clock.now(),
    )
    with transaction(scenario.session) as session:
        session.add(claim)
        session.flush()
        return claim.id


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for the whole module, for no test here changes its data."""
    opened = Site(tmp_path_factory.mktemp("site"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def crawl(site: Site) -> Crawl:
    """The crawl of the module's site."""
    crawl = Crawl(snapshot(site))
    for actor, browser in site.browsers.items():
        crawl.answers[actor] = [
            (rule, Answer(browser.get(site.address(rule)), is_static(rule.endpoint)))
            for rule in rules(site, "GET")
        ]
    crawl.after = snapshot(site)
    return crawl


def rules(site: Site, method: str) -> list[Rule]:
    """URL rules that accept this method."""
    return [rule for rule in site.app.url_map.iter_rules() if method in (rule.methods or ())]


def role(actor: str) -> str:
    """The role of an actor."""
    return ROLE_OF.get(actor, actor)


def is_static(endpoint: str) -> bool:
    """True for static files, which are public."""
    return endpoint == "static" or endpoint.endswith(".static")


def test_every_endpoint_declares_its_roles(site: Site) -> None:
    known = access_table(site.app)
    silent = {rule.endpoint for rule in site.app.url_map.iter_rules()} - set(known)
    assert not silent


@pytest.mark.parametrize("actor", ACTORS)
def test_who_may_open_what(site: Site, crawl: Crawl, actor: str) -> None:
    known = access_table(site.app)
    wrong = []
    for rule, answer in crawl.answers[actor]:
        if is_static(rule.endpoint) or rule.endpoint in LOGOUT:
            continue
        allowed = PUBLIC in known[rule.endpoint] or role(actor) in known[rule.endpoint]
        if answer.status_code >= 500 or (allowed and answer.status_code not in (*FINE, 403)):
            wrong.append((rule.endpoint, answer.status_code, "unexpected status"))
        if allowed:
            continue
        if actor == "anonymous" and not (answer.status_code == 302 and "/login" in answer.location):
            wrong.append((rule.endpoint, answer.status_code, "open without a login"))
        if actor != "anonymous" and answer.status_code not in (302, 403):
            wrong.append((rule.endpoint, answer.status_code, "open to the wrong role"))
    assert not wrong


def owned(rule: Rule) -> bool:
    """True when the URL names a record of one applicant."""
    names = {"id", "request_id", "certificate_id", "attachment", "attachment_id", "notice", "notice_id"}
    return rule.endpoint.startswith("portal.") and bool(names & set(rule.arguments))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_records_of_one_applicant_are_not_found_by_another(site: Site, method: str) -> None:
    mine, theirs = site.browsers["owner"], site.browsers["stranger"]
    for rule in (rule for rule in rules(site, method) if owned(rule)):
        address = site.address(rule)
        if method == "GET":
            assert mine.get(address).status_code != 404, address
            assert theirs.get(address).status_code == 404, address
        else:
            theirs.get("/my/")
            assert theirs.post(address).status_code == 404, address


@pytest.mark.parametrize("actor", ["anonymous", "owner", "own enterprise", "reviewer", "administrator"])
def test_every_post_needs_its_own_token(site: Site, actor: str) -> None:
    browser, other = site.browsers[actor], site.clients.browser("192.0.2.99")
    other.get("/login")
    before, posts = browser.sid, [rule for rule in rules(site, "POST") if not is_static(rule.endpoint)]
    assert len(posts) >= 9
    for rule in posts:
        address = site.address(rule)
        for token in ("", "nonsense", other.token):
            assert browser.post(address, token=token).status_code == 400, address
    assert browser.sid == before


def snapshot(site: Site) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables except those that reading a page writes."""
    site.scenario.session.rollback()
    with site.scenario.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table)).all()]
            for table in Base.metadata.sorted_tables
            if table.name not in READ_TRACES
        }


@pytest.mark.parametrize("actor", ["anonymous", "owner", "stranger", "own enterprise"])
def test_notes_to_colleagues_are_on_no_page_of_others(site: Site, crawl: Crawl, actor: str) -> None:
    """Every address of every request, for everybody but staff."""
    for rule, answer in crawl.answers[actor]:
        assert is_static(rule.endpoint) or NOTE not in answer.text, rule
        about = site.noted if {"id", "request_id"} & set(rule.arguments) else []
        for request in about:
            answer = Answer(site.browsers[actor].get(site.address(rule, request)))
            assert NOTE not in answer.text, (rule, request)


def test_notes_to_colleagues_are_in_no_file_for_staff(site: Site, crawl: Crawl) -> None:
    browser, files = site.browsers["reviewer"], 0
    for rule, answer in crawl.answers["reviewer"]:
        if answer.mimetype != "text/html" and not is_static(rule.endpoint):
            files += 1
            assert NOTE not in answer.text, rule
    assert files > 5
    for view in ("queue", "done", "event", "person"):
        assert NOTE not in export(site.browsers["auditor"], view).decode()
    page = browser.get(f"/panel/requests/{site.filed}").text
    assert NOTE in page
    assert NOTE in site.browsers["auditor"].get(f"/panel/requests/{site.filed}").text


def test_no_get_changes_anything(site: Site, crawl: Crawl) -> None:
    assert set(inspect(site.scenario.engine).get_table_names()) >= set(crawl.before)
    assert crawl.after == crawl.before


@pytest.mark.parametrize("actor", ACTORS)
def test_every_answer_has_its_headers(crawl: Crawl, actor: str) -> None:
    """The strict policy on every page, file and error; the browser keeps nothing but static files."""
    for rule, answer in crawl.answers[actor]:
        policy = answer.headers["Content-Security-Policy"]
        assert bare(policy_of(policy)) == STRICT, rule
        assert "unsafe" not in policy, rule
        assert {name: answer.headers[name] for name in SAME} == SAME, rule
        if not is_static(rule.endpoint):
            assert answer.headers.get("Cache-Control") == "no-store", rule
            assert "Cookie" in answer.headers.get("Vary", ""), rule


@pytest.mark.parametrize("actor", [actor for actor in ACTORS if actor != "owner"])
def test_no_page_shows_a_whole_document_number_to_others(site: Site, crawl: Crawl, actor: str) -> None:
    numbers = set(site.scenario.session.scalars(select(Certificate.document_number)))
    if actor == "stranger":
        numbers.discard(site.scenario.stranger.login)
    for rule, answer in crawl.answers[actor]:
        if answer.mimetype == "text/html":
            assert not [number for number in numbers if number in answer.text], rule
