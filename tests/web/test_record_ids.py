"""Ids in URLs and forms: whatever is sent as a number, no route answers with a fault of the program."""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from anguan.core.record_ids import LARGEST_ID, read_id
from anguan.panel.lists.filters import OneOf
from anguan.web.access import PUBLIC, access_table
from anguan.web.record_ids import RecordId
from tests.repository.test_repository import ROOT, text_of, tracked
from tests.support.client import SECRET, Browser
from tests.support.factories import Scenario
from tests.support.hostile import Forms
from tests.support.panel_client import Office, open_office
from tests.web.test_every_route import LOGOUT, is_static

TOO_LARGE = (str(2**31), str(2**63))
"""Numbers that only the database refuses, each at a limit of its own."""
NUMBERS = ("0", "-1", *TOO_LARGE, "9" * 5000, "²")
"""Numbers that no record can have as its id."""
UNUSUAL = ("１２", "abc", "1e3", "0x1", "00012", "", " 1", "1\n", "+1", None)
"""Texts that name no id either, for no page writes it so."""
ACTORS = ("applicant", "senior_reviewer", "administrator", "auditor")
FORM_NAMES = (
    "again",
    "approve",
    "certificate",
    "end",
    "height",
    "id",
    "item",
    "person",
    "recusal",
    "remove",
    "seen_version",
    "to",
    "turn",
    "version",
    "width",
    "x",
    "y",
    "year",
)
"""Names of form fields in which pages send ids and other numbers."""
WORDS = {"code": "certificate_change", "kind": "people", "listed": "person", "filename": "css/base.css"}
"""Values of the URL arguments that are no ids."""
DIGEST = "ab" * 32
QUERY_NAMES = (("id",), ("page",), ("after", "certificate", "month", "page_size", "sort", "year", "v"))
"""Names of numbers in query strings; a wrong `id` or `page` alone is answered with 404."""


@pytest.fixture
def office(scenario: Scenario, tmp_path: Path) -> Iterator[Office]:
    with open_office(scenario, tmp_path) as opened:
        yield opened


@pytest.fixture
def numbers(kind: str) -> tuple[str, ...]:
    """All of `NUMBERS` on SQLite; what fails before the database is asked is not sent again on PostgreSQL."""
    return NUMBERS if kind == "sqlite" else TOO_LARGE


def enter(office: Office, actor: str) -> Browser:
    """A logged-in browser of this role."""
    if actor != "applicant":
        return office.enter(actor)
    holder = office.scenario.holder
    browser = office.clients.browser()
    browser.log_in(office.clients.give_password(holder), SECRET)
    return browser


def own_rules(office: Office, method: str, actor: str) -> list[Rule]:
    """Rules with this method that the actor opens; each rule is tried by one actor."""
    app = office.clients.app
    known = access_table(app)
    return [
        rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ())
        and not is_static(rule.endpoint)
        and rule.endpoint not in LOGOUT
        and actor == next((one for one in ACTORS if known[rule.endpoint] & {one, PUBLIC}), "")
    ]


def address(rule: Rule, record: int, **given: str) -> str:
    """URL of the rule with these arguments; the others are the record, or a word that the route accepts."""

    def fill(found: re.Match[str]) -> str:
        name = found[1].rpartition(":")[2]
        words = getattr(rule._converters[name], "items", None)
        return given.get(name) or (sorted(words)[0] if words else WORDS.get(name, str(record)))

    return re.sub("<([^>]*)>", fill, rule.rule)


@pytest.mark.parametrize("actor", ACTORS)
def test_no_number_in_a_path_is_a_fault(office: Office, numbers: tuple[str, ...], actor: str) -> None:
    browser, wrong = enter(office, actor), []
    for method in ("GET", "POST"):
        for rule in own_rules(office, method, actor):
            for name, number in product(rule.arguments, numbers):
                target = address(rule, 1, **{name: number})
                answer = browser.get(target) if method == "GET" else browser.post(target)
                if answer.status_code >= 500:
                    wrong.append((method, rule.rule, number[:20], answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("actor", ACTORS)
def test_no_number_in_a_query_string_is_a_fault(office: Office, numbers: tuple[str, ...], actor: str) -> None:
    browser, wrong = enter(office, actor), []
    for rule in (rule for rule in own_rules(office, "GET", actor) if not has_id(rule)):
        filters = tuple(f"flt_{flt.code}" for flt in typed_filters(office, rule))
        tried = [number for number in numbers if number not in ("0", "-1")]
        for names, number in product((*QUERY_NAMES, *((filters,) if filters else ())), tried):
            answer = browser.get(f"{address(rule, 1)}?{'&'.join(f'{name}={number}' for name in names)}")
            if answer.status_code >= 500:
                wrong.append((rule.rule, names, number[:20], answer.status_code))
    assert wrong == []


def has_id(rule: Rule) -> bool:
    """True when the path names a record, so that a query string says little more."""
    return any(isinstance(rule._converters[name], RecordId) for name in rule.arguments)


def typed_filters(office: Office, rule: Rule) -> list[OneOf]:
    """Filters of the list at this URL that take any text; the others refuse what is not in their list."""
    views = {view.endpoint: view for view in office.clients.app.extensions["admin"][0]._views}
    view = views.get(rule.endpoint.partition(".")[0])
    return [flt for flt in getattr(view, "_filters", None) or () if not flt.listed]


@pytest.mark.parametrize("actor", ACTORS)
def test_no_number_in_a_form_is_a_fault(office: Office, numbers: tuple[str, ...], actor: str) -> None:
    """Every POST route, about a record that exists, with each number as the value of every number field."""
    draft, filed = office.scenario.begin("certificate_change").id, office.scenario.filed("profile_change").id
    browser, wrong = enter(office, actor), []
    browser.get("/panel/" if actor != "applicant" else "/my/")
    for rule, number in product(own_rules(office, "POST", actor), numbers):
        form = dict.fromkeys(FORM_NAMES, number) | {
            "again": f"paper:{number}",
            "item": f"{number}.1.{DIGEST}",
        }
        answer = browser.post(address(rule, draft if actor == "applicant" else filed), **form)
        if answer.status_code >= 500:
            wrong.append((rule.rule, number[:20], answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_numbers_in_the_forms_of_all_pages_are_tried(office: Office) -> None:
    """A number that a page puts into a form is among `FORM_NAMES`, so that the test above sends it."""
    draft, filed = office.scenario.begin("certificate_change").id, office.scenario.filed("profile_change").id
    names = set()
    for actor in ACTORS:
        browser = enter(office, actor)
        for rule in own_rules(office, "GET", actor):
            browser.get(address(rule, draft if actor == "applicant" else filed))
            for form in Forms(browser.page).forms:
                names |= {name for name, value in form.fixed.items() if re.fullmatch("[0-9]{2,}", value)}
    assert names - set(FORM_NAMES) == set()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_every_route_with_an_argument_is_tried(office: Office) -> None:
    tried = {
        rule.rule
        for actor in ACTORS
        for method in ("GET", "POST")
        for rule in own_rules(office, method, actor)
    }
    app = office.clients.app
    assert {rule.rule for rule in app.url_map.iter_rules() if rule.arguments and rule.rule not in tried} <= {
        "/static/<path:filename>"
    }


def test_an_id_is_read_in_one_notation_only() -> None:
    assert read_id("1") == 1
    assert read_id(str(LARGEST_ID)) == LARGEST_ID == 2**31 - 1
    assert [number for number in (*NUMBERS, *UNUSUAL) if read_id(number)] == []


def test_routes_use_the_converter_of_ids() -> None:
    """Werkzeug's own converter takes numbers that no column holds, and fails on 5,000 digits."""
    found = [path for path in tracked(".py") if "<int" in text_of(path) and "anguan" in path.parts]
    assert [str(path.relative_to(ROOT)) for path in found] == []
