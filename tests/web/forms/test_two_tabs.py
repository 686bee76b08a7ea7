"""Two people or tabs edit the same row: the later one sees both values and chooses, for every form."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import url_for
from sqlalchemy import select

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.matters.catalog import CATALOG
from anguan.models import (
    Account,
    CalendarDay,
    Constructor,
    DictionaryEntry,
    Insurance,
    MaterialConfig,
    MatterConfig,
    QuestionConfig,
    Reason,
    RuleConfig,
    Training,
)
from anguan.panel.lists.editing import EditedView
from anguan.services.edit_conflicts import EditConflict, fields_to_keep
from anguan.services.requests.drafts import read_draft
from anguan.web.seen_values import NAME, THEIRS
from tests.support.client import AppClients, Browser
from tests.support.factories import Scenario
from tests.support.panel_client import Office, open_office
from tests.support.portal_client import Holder, open_portal
from tests.web.forms.form_values import form_values

MATTER = "certificate_renewal"


@dataclass(frozen=True)
class EditedRow:
    """One row of a list: how it is made, and a field with two values that both differ from its own."""

    make: Callable[[Scenario], Any]
    field: str
    first: str
    second: str
    other: str = ""
    value: str = ""
    """A second field and a new value, to be changed while the first one is changed elsewhere."""


def _of(table: Any) -> Callable[[Scenario], Any]:
    return lambda scenario: scenario.session.scalars(select(table).order_by(table.id)).first()


def _new(row: Callable[[], Any]) -> Callable[[Scenario], Any]:
    def make(scenario: Scenario) -> Any:
        with transaction(scenario.session):
            made = row()
            scenario.session.add(made)
        return made

    return make


ROWS = {
    "panel_training": EditedRow(_of(Training), "hours", "21", "22"),
    "panel_insurance": EditedRow(_of(Insurance), "last_month", "2026-01-01", "2026-02-01"),
    "panel_constructor": EditedRow(_of(Constructor), "number", "滇甲1", "滇甲2", "valid_until", "2031-01-01"),
    "panel_matter": EditedRow(
        _new(lambda: MatterConfig(matter=MATTER, title="甲")), "title", "乙", "丙", "promised_days", "9"
    ),
    "panel_material": EditedRow(
        _new(lambda: MaterialConfig(matter=MATTER, code="more", title="甲", accept="image", limit_mb=5)),
        "title",
        "乙",
        "丙",
        "hint",
        "看清",
    ),
    "panel_question": EditedRow(
        _new(lambda: QuestionConfig(matter=MATTER, code="why", label="甲")),
        "label",
        "乙",
        "丙",
        "hint",
        "如实",
    ),
    "panel_rule": EditedRow(
        _new(lambda: RuleConfig(matter=MATTER, rule="employment.is_insured", severity="block")),
        "severity",
        "warn",
        "off",
    ),
    "panel_reason": EditedRow(
        _new(lambda: Reason(code="one", sentence="甲")), "sentence", "乙", "丙", "clause", "某条"
    ),
    "panel_dictionary": EditedRow(_of(DictionaryEntry), "label", "乙", "丙", "position", "7"),
    "panel_policy": EditedRow(lambda _: "review_phone", "value", "0871-5900001", "0871-5900002"),
    "panel_account": EditedRow(
        lambda scenario: scenario.account("REGIONAL"), "role", "senior_reviewer", "auditor", "region", ""
    ),
}


@pytest.fixture
def office(scenario: Scenario, tmp_path: Path) -> Iterator[Office]:
    with open_office(scenario, tmp_path) as opened:
        yield opened


def test_every_list_that_is_edited_is_named_here(office: Office) -> None:
    (admin,) = office.clients.app.extensions["admin"]
    edited = {view.endpoint for view in admin._views if isinstance(view, EditedView) and view.can_edit}
    assert edited == set(ROWS)


def words_of(browser: Browser) -> str:
    """The text of the page as it is read."""
    return unescape(browser.page)


@pytest.mark.parametrize("endpoint", ROWS)
def test_the_later_one_sees_both_values_and_chooses(office: Office, endpoint: str) -> None:
    case = ROWS[endpoint]
    made = case.make(office.scenario)
    key = made if isinstance(made, str) else made.id
    office.scenario.session.rollback()
    browser = office.enter("administrator")
    with office.clients.app.test_request_context():
        url = url_for(f"{endpoint}.edit_view", id=key)

    def opened() -> dict[str, str]:
        assert browser.get(url).status_code == 200, url
        return form_values(browser.page, NAME, case.field)

    def stands() -> str:
        return opened()[case.field]

    old = opened()
    assert browser.post(url, **{**old, case.field: case.first}).status_code == 302, words_of(browser)
    assert stands() == case.first

    if case.other:
        merged = browser.post(url, **{**old, case.other: case.value})
        assert merged.status_code == 302, words_of(browser)
        assert opened()[case.other] == case.value
        assert stands() == case.first

    asked = browser.post(url, **{**old, case.field: case.second})
    assert asked.status_code == 409
    assert "您打开以后，别人改成了" in words_of(browser)
    again = form_values(browser.page, NAME, case.field)
    assert again[case.field] == case.second
    assert f'name="{THEIRS}" value="{case.field}"' in browser.page
    page = browser.page
    assert stands() == case.first

    assert browser.post(url, **{**again, THEIRS: case.field}).status_code == 302
    assert stands() == case.first
    assert browser.post(url, **again).status_code == 302
    assert stands() == case.second
    assert page


@pytest.mark.parametrize("what", ["day", "lines", "remove"])
def test_a_day_of_the_calendar_is_not_overwritten_unseen(office: Office, what: str) -> None:
    day = clock.today().replace(month=1, day=3).isoformat()
    browser = office.enter("administrator")
    browser.get("/panel/calendar/")
    old = form_values(browser.page, NAME, "lines")
    seen = {NAME: old[NAME], "year": old["year"]}
    first = {"day": day, "kind": "holiday", "name": "先改"}
    assert browser.post("/panel/calendar/day", **seen, **first).status_code == 302
    forms = {
        "day": ("/panel/calendar/day", {"day": day, "kind": "holiday", "name": "后改"}),
        "lines": ("/panel/calendar/lines", {"lines": f"{day} 休 后改"}),
        "remove": ("/panel/calendar/remove", {"day": day}),
    }
    url, form = forms[what]
    answer = browser.post(url, **seen, **form)

    def name() -> str:
        rows = office.clients.all(CalendarDay)
        return next((row.name for row in rows if row.day.isoformat() == day), "")

    assert name() == "先改"
    if what == "remove":
        assert "先改" in browser.get(answer.location).text
        return
    assert answer.status_code == 409
    assert "先改" in answer.text
    assert "后改" in answer.text
    again = {**form_values(browser.page, NAME, what), **form}
    assert browser.post(url, **{**again, THEIRS: what}).status_code == 302
    assert name() == "先改"
    assert browser.post(url, **again).status_code == 302
    assert name() == "后改"


def test_the_steps_of_a_matter_are_not_overwritten_unseen(office: Office) -> None:
    browser, url = office.enter("administrator"), f"/panel/steps/{MATTER}"
    browser.get(url)
    old = form_values(browser.page, NAME, "title_0")
    assert browser.post(url, **{**old, "title_0": "先改"}).status_code == 302
    assert browser.post(url, **{**old, "title_0": "后改"}).status_code == 409
    assert "先改" in words_of(browser)
    again = form_values(browser.page, NAME, "title_0")
    assert again["title_0"] == "后改"
    assert browser.post(url, **{**again, THEIRS: "title_0"}).status_code == 302
    browser.get(url)
    assert form_values(browser.page, "title_0")["title_0"] == "先改"
    assert browser.post(url, **again).status_code == 302
    browser.get(url)
    assert form_values(browser.page, "title_0")["title_0"] == "后改"


def test_two_administrators_make_the_first_row_of_a_matter(office: Office) -> None:
    browser, url = office.enter("administrator"), f"/panel/matters/new/?matter={MATTER}"
    browser.get(url)
    old = form_values(browser.page, NAME, "title")
    assert browser.post(url, **{**old, "title": "先改"}).status_code == 302
    assert browser.post(url, **{**old, "title": "后改"}).status_code == 409
    assert form_values(browser.page, NAME, "title")["title"] == "后改"
    assert "先改" in words_of(browser)


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    with open_portal(scenario, tmp_path) as opened:
        yield opened


DRAFTS = [matter.code for matter in CATALOG if any(field.mode == "asked" for field in matter.asked)]


@pytest.mark.parametrize("code", DRAFTS)
def test_two_tabs_of_one_draft(clients: AppClients, code: str) -> None:
    scenario = clients.scenario
    matter = next(matter for matter in CATALOG if matter.code == code)
    filer = scenario.holder if matter.filed_by == "applicant" else scenario.clerk
    draft = scenario.begin(matter, filer)
    root = f"/my/requests/{draft.id}" if matter.filed_by == "applicant" else f"/panel/filing/{draft.id}"
    values = scenario.values(draft)
    fields = [
        field
        for field in read_draft(scenario.session, draft).matter.asked
        if field.path in values
        and field.mode == "asked"
        and field.when(read_draft(scenario.session, draft).dossier)
    ]
    texts = [field for field in fields if field.resolved.control == "text"]
    id, field = draft.id, (texts or fields)[0]
    scenario.session.rollback()
    holder = Holder(clients, filer)

    def saved() -> str:
        return holder.typed(id).get(field.path, "")

    holder.browser.get(f"{root}/edit")
    old = form_values(holder.page, NAME)
    first, second = values[field.path], "后改"
    other = [one for one in texts if one.path != field.path]
    assert holder.send(f"{root}/edit", **{**old, "save": "1", field.path: first}).status_code == 302
    assert saved() == first
    if other:
        path = other[0].path
        assert holder.send(f"{root}/edit", **{**old, "save": "1", path: values[path]}).status_code == 302
        assert holder.typed(id)[path] == values[path]
        assert saved() == first
    quiet = holder.browser.client.post(
        f"{root}/edit",
        data={**old, field.path: second, "csrf_token": holder.browser.token},
        headers={"X-Autosave": "1"},
    )
    assert "在另一个窗口改过" in quiet.json.get("words", "")
    assert holder.send(f"{root}/edit", **{**old, "save": "1", field.path: second}).status_code == 409
    assert saved() == first
    again = form_values(holder.page, NAME)
    assert again.get(field.path, second) == second
    again[field.path] = second
    assert "别处改成了" in holder.text
    assert first not in holder.page or not field.resolved.sensitive
    assert holder.send(f"{root}/edit", **{**again, "save": "1", THEIRS: field.path}).status_code == 302
    assert saved() == first
    assert holder.send(f"{root}/edit", **{**again, "save": "1"}).status_code == 302
    assert saved() == second


def test_a_tab_may_save_again_and_again(clients: AppClients) -> None:
    """Autosave answers with what the form has seen now."""
    draft = clients.scenario.begin("profile_change").id
    clients.scenario.session.rollback()
    holder = Holder(clients, clients.scenario.holder)
    holder.browser.get(f"/my/requests/{draft}/edit")
    form = form_values(holder.page, NAME)
    for words in ("甲", "乙", "丙"):
        answer = holder.browser.client.post(
            f"/my/requests/{draft}/edit",
            data={**form, "person.position": words, "csrf_token": holder.browser.token},
            headers={"X-Autosave": "1"},
        )
        assert answer.status_code == 200
        form[NAME] = answer.json["seen"]
    assert holder.typed(draft)["person.position"] == "丙"


def test_what_a_form_has_seen_reveals_nothing_and_may_be_garbage(clients: AppClients) -> None:
    holder = Holder(clients, clients.scenario.holder)
    number = clients.scenario.session.get_one(Account, holder.account.id).login
    holder.open(f"/my/start/certificate_change?certificate={clients.scenario.certificate().id}")
    assert number not in form_values(holder.page, NAME)[NAME]
    for wrong in ("", "{", "[]", "7", '{"person.phone": 7}', '{"a": [[1]]}', "null"):
        answer = holder.send("/my/start/profile_change", save="1", **{NAME: wrong, "person.position": "甲"})
        assert answer.status_code in (302, 409), wrong


@pytest.mark.parametrize(
    ("now", "typed", "seen", "theirs", "kept"),
    [
        ({"a": "1"}, {"a": "2"}, {"a": "1"}, (), set()),
        ({"a": "3"}, {"a": "2"}, {"a": "2"}, (), {"a"}),
        ({"a": "3"}, {"a": "3"}, {"a": "1"}, (), set()),
        ({"a": "3"}, {"a": "2"}, {"a": "1"}, ("a",), {"a"}),
        ({}, {"a": "2"}, {"a": "1"}, (), set()),
        ({"a": "3"}, {"a": "2"}, {"a": "1"}, (), None),
    ],
)
def test_which_fields_stay(now: Any, typed: Any, seen: Any, theirs: Any, kept: Any) -> None:
    def saw(name: str, value: str) -> bool:
        return seen.get(name) == value

    if kept is None:
        with pytest.raises(EditConflict) as conflict:
            fields_to_keep(now, typed, saw, theirs)
        assert conflict.value.now == {"a": "3"}
    else:
        assert fields_to_keep(now, typed, saw, theirs) == kept
