"""What an administrator sends from an old page: a restore over a newer version, a form of a deleted row."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from anguan.infra.settings import tables_of
from anguan.infra.transaction import transaction
from anguan.models import CalendarDay, DictionaryEntry, SettingVersion
from anguan.panel.settings.versions import LABELS
from anguan.worker.holidays import known_days
from tests.support.client import Browser
from tests.support.factories import open_scenario
from tests.support.panel_client import Office, open_office
from tests.support.portal_client import inputs_of

DAY = {"day": "2026-12-25", "kind": "holiday", "name": "系统检修", "year": "2026"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """SQLite only: test_settings tests saving on both databases."""
    with open_scenario("sqlite") as scenario:
        with transaction(scenario.session):
            scenario.session.add_all(known_days())
        with open_office(scenario, tmp_path) as opened:
            yield opened


@pytest.fixture
def admin(office: Office) -> Browser:
    browser = office.enter("administrator")
    browser.get("/panel/calendar/")
    return browser


@pytest.mark.parametrize("version", ["previous", "1"])
def test_a_restore_shows_what_was_saved_meanwhile(office: Office, admin: Browser, version: str) -> None:
    admin.post("/panel/calendar/day", **DAY)
    admin.get("/panel/versions/?scope=calendar")
    newest = inputs_of(admin.page)["newest"]
    admin.post("/panel/calendar/day", **(DAY | {"day": "2026-12-24", "name": "盘点"}))
    saved = len(office.clients.all(SettingVersion, scope="calendar"))
    old = {"scope": "calendar", "version": version, "newest": newest}
    answer = admin.post("/panel/versions/restore", **old)
    assert answer.status_code == 409
    assert "又保存了新的版本" in answer.text
    assert "新增 2026-12-24" in answer.text
    assert len(office.clients.all(SettingVersion, scope="calendar")) == saved
    fresh = old | {"newest": inputs_of(admin.page)["newest"]}
    assert admin.post("/panel/versions/restore", **fresh).status_code == 302
    office.scenario.session.rollback()
    assert office.scenario.session.get(CalendarDay, date(2026, 12, 24), populate_existing=True) is None


def test_a_form_of_a_deleted_row_keeps_its_text(office: Office, admin: Browser) -> None:
    row = office.clients.all(DictionaryEntry)[0]
    address = f"/panel/dictionaries/edit/?id={row.id}"
    form = inputs_of(admin.get(address).text)
    typed = {name: text for name, text in form.items() if name != "csrf_token"} | {"label": "另一位改过的话"}
    with transaction(office.scenario.session) as session:
        session.delete(session.get_one(DictionaryEntry, row.id))
    answer = admin.post(address, **typed)
    assert answer.status_code == 404
    assert "已经被别人删除" in answer.text
    assert inputs_of(answer.text)["label"] == "另一位改过的话"
    assert 'action="/panel/dictionaries/new/"' in answer.text
    auditor = office.enter("auditor")
    auditor.get("/panel/")
    assert "另一位改过的话" not in auditor.post(address, **typed).text


KEYS = {"id", "matter", "dictionary", "code", "rule", "day"}
"""Columns by which a version names a row; the others are said to have changed."""


@pytest.mark.parametrize(
    "scope", ["matter:certificate_change", "dictionary:title", "policies", "reasons", "calendar"]
)
def test_every_changed_column_has_a_title(scope: str) -> None:
    columns = {column.key for table in tables_of(scope).values() for column in table.model.__table__.columns}
    assert columns - KEYS <= set(LABELS)
