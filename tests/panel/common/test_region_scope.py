"""Staff of a region: nothing of another region shows on any of their pages and in any of their files."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule

from anguan.core import clock
from anguan.domain.region_scope import in_region
from anguan.infra.events import actor_of, record_event
from anguan.infra.transaction import transaction
from anguan.models import (
    STAFF,
    Account,
    AuditSample,
    Base,
    Certificate,
    CertificateJob,
    ChangeRequest,
    Event,
    ImportBatch,
    Person,
    PolicyValue,
)
from anguan.panel.lists.listing import GuardedView
from anguan.services.review import audits, claims
from anguan.web.access import access_table
from tests.support.client import OFFICE, Browser
from tests.support.factories import Scenario
from tests.support.panel_client import Office, open_office
from tests.web.test_every_route import file_claim, is_static
from tests.web.test_record_ids import address

HERE = "590200"
ROLES = tuple(sorted(STAFF))
TOKENS = re.compile(r'(csrf_token" value=|name="csrf-token" content=|nonce=|data-now=|data-token=)"[^"]*"')

LINKS = (
    ("change_request", "requests/{}"),
    ("change_request", "filing/{}"),
    ("person", "people/details/?id={}"),
    ("person", "people/{}/photo"),
    ("certificate", "certificates/details/?id={}"),
    ("number_claim", "number-claims/details/?id={}"),
    ("event", "events/details/?id={}"),
    ("import_batch", "imports/{}"),
)
"""Tables and the URLs of the pages of their rows."""


@pytest.fixture
def office(scenario: Scenario, tmp_path: Path) -> Iterator[Office]:
    with clock.frozen_at(clock.now()), open_office(scenario, tmp_path) as opened:
        yield opened


def enter_region(office: Office, role: str) -> Browser:
    """A browser of an account with this role in the second region, where nothing is registered but a firm."""
    session = office.scenario.session
    login = f"LOCAL{role.partition('_')[0].upper()}"
    with transaction(session):
        session.add(Account(login=login, name="本区员", role=role, region=HERE, created_at=clock.now()))
    browser = office.enter(login)
    assert browser.is_logged_in()
    return browser


def happen_elsewhere(office: Office) -> dict[str, list[int]]:
    """Requests in all states, decisions, claims, jobs, events and accounts of the first region; their ids."""
    scenario, session = office.scenario, office.scenario.session
    approved = scenario.filed("certificate_change", **{"certificate.unit": str(scenario.firm(0).id)})
    scenario.decide(approved, "approve")
    rejected = scenario.filed("profile_change", scenario.stranger)
    scenario.decide(rejected, "reject", opinion="不符合条件")
    filed = scenario.filed("profile_change", scenario.paper_holder)
    claims.claim(session, scenario.reviewer, filed.id)
    claim = file_claim(scenario)
    today = clock.today()
    audits.draw_sample(session, scenario.senior, today - timedelta(days=1), today, 1000)
    with transaction(session):
        for job in session.scalars(select(CertificateJob)):
            job.state = "failed"
        record_event(session, "open_request", "外区的事", actor_of(scenario.reviewer), request=session.get(
            ChangeRequest, filed.id), visible_to="audit")  # fmt: skip
        record_event(session, "login", "外区的人", OFFICE, person=scenario.holder.person)
        session.add(
            Account(
                login="ELSEWHERE", name="外区员", role="reviewer", region="590100", created_at=clock.now()
            )
        )
        session.add(_batch())
        session.flush()
    tables: tuple[type[Base], ...] = (
        ChangeRequest, Person, Certificate, CertificateJob, AuditSample, Event, Account, ImportBatch
    )  # fmt: skip
    found = {table.__tablename__: list(session.scalars(select(table.__table__.c.id))) for table in tables}
    session.rollback()
    return found | {"number_claim": [claim]}


def _batch() -> ImportBatch:
    return ImportBatch(
        kind="people", file_name="外区.xlsx", file_id=1, state="done", created_at=clock.now(),
        changed_at=clock.now(), actor_name="外区",
    )  # fmt: skip


def read_pages(office: Office, browser: Browser, role: str) -> dict[str, str]:
    """Every page without an id in its URL that the role may open, without tokens."""
    known, seen = access_table(office.clients.app), {}
    for rule in office.clients.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and role in known[rule.endpoint] and not _names_a_record(rule):
            answer = browser.get(address(rule, 1))
            if answer.mimetype == "text/html":
                seen[rule.rule] = TOKENS.sub("", answer.text)
    return seen


def read_files(browser: Browser) -> dict[str, str]:
    """Every list as an exported file, and the statistics of its page."""
    seen = {}
    for listed in re.findall(r'href="/panel/export/(\w+)"', browser.get("/panel/export/").text):
        browser.get(f"/panel/export/{listed}")
        columns = re.findall(r'name="column" value="([^"]+)"', browser.page)
        answer = browser.post(f"/panel/export/{listed}", column=columns, kind="csv")
        seen[listed] = answer.get_data(as_text=True)
    return seen


def differences(before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    """Lines that came into a page."""
    for name, text in after.items():
        old = set(before.get(name, "").splitlines())
        yield from (f"{name}: {line.strip()[:200]}" for line in text.splitlines() if line not in old)


def _names_a_record(rule: Rule) -> bool:
    return is_static(rule.endpoint) or bool(set(rule.arguments) & {"id", "attachment", "item", "edition"})


@pytest.mark.parametrize("role", ROLES)
def test_nothing_of_another_region_changes_a_page(office: Office, role: str) -> None:
    browser = enter_region(office, role)
    read_pages(office, browser, role)
    files = read_files(browser)
    before = read_pages(office, browser, role)
    ids = happen_elsewhere(office)
    after = read_pages(office, browser, role)
    assert list(differences(before, after)) == []
    later = read_files(browser)
    # each export is itself an event of this account
    assert list(differences(files, later | {"event": files.get("event", "")})) == []
    joined = "\n".join((*after.values(), *later.values()))
    assert [words for words in ("岑禾安", "陌生人", "普云川", "外区", "云南示例甲") if words in joined] == []
    for table, path in LINKS:
        for id in ids[table]:
            if table != "event" or not _is_own(office, id):
                answer = browser.get(f"/panel/{path.format(id)}")
                assert answer.status_code in (302, 403, 404), (path, id)


def _is_own(office: Office, id: int) -> bool:
    office.scenario.session.rollback()
    return office.scenario.session.get_one(Event, id).region == HERE


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_every_list_has_a_scope(office: Office) -> None:
    """A list over a table without a scope is refused at once, unless its view says what it shows instead."""
    for view in office.clients.app.extensions["admin"][0]._views:
        if isinstance(view, GuardedView) and type(view).within is GuardedView.within:
            assert in_region(view.model, HERE), view
    with pytest.raises(KeyError):
        in_region(PolicyValue, HERE)
