"""What no font of the PDFs has is refused at the field where it is typed, naming the character."""

from pathlib import Path

import pytest
from wtforms import Form, StringField, TextAreaField
from wtforms.fields.core import UnboundField

from anguan.core.field_types import Choice, Name, Text
from anguan.core.matter import Matter
from anguan.infra import fonts, printing
from anguan.infra.transaction import transaction
from anguan.matters.catalog import CATALOG
from anguan.panel.common.form_fields import DayField, prints
from anguan.services.imports.kinds import KINDS
from anguan.services.imports.tables.columns import EmployerColumn, ImportRow
from anguan.services.imports.tables.parsing import _read_cell
from anguan.services.requests.drafts import read_draft
from tests.support.factories import Scenario
from tests.support.portal_client import Holder, open_portal

RARE = "\U0002123c"
"""A Chinese character of an extension that the body fonts do not cover."""
EMOJI = "\U0001f600"
NOT_PRINTED = {"NewAccountForm.name": "the name of a colleague stands in no PDF"}


@pytest.fixture(autouse=True)
def _without_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fallback fonts are installed on some machines only."""
    real = fonts.read_coverage
    monkeypatch.setattr(
        fonts, "read_coverage", lambda name: real(name) if name in fonts.BODY else frozenset()
    )


def test_the_sentence_names_character_and_place() -> None:
    assert printing.printing_fault(f"工{EMOJI}程") == (
        f"第2个字“{EMOJI}”打印不出来，请删去，或换成常用的文字。"
    )
    assert f"第1个字“{RARE}”不在系统的字库里" in printing.printing_fault(f"{RARE}某")
    assert "“U+E000”" in printing.printing_fault("甲\ue000")
    assert printing.printing_fault("云水安B（2025）00003 ☎ ①") == ""


def test_without_fonts_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_text: str) -> list[str]:
        raise fonts.FontsMissing("no fonts")

    monkeypatch.setattr(printing, "missing_glyphs", missing)
    assert printing.printing_fault(EMOJI) == ""


@pytest.mark.parametrize("matter", CATALOG, ids=lambda matter: matter.code)
def test_every_text_field_of_every_matter_refuses_it(scenario: Scenario, matter: Matter) -> None:
    request = scenario.begin(matter)
    for field in read_draft(scenario.session, request).matter.asked:
        if not isinstance(field.resolved, Text | Name):
            continue
        char = RARE if isinstance(field.resolved, Name) else EMOJI
        scenario.fill(request, **{field.path: f"工程{char}师"})
        faults = {one.anchor: one.sentence for one in read_draft(scenario.session, request).faults}
        assert faults.get(f"field:{field.path}", "").startswith(f"{field.label}：第3个字“{char}”")


def test_the_form_shows_it_at_the_field(scenario: Scenario, tmp_path: Path) -> None:
    with open_portal(scenario, tmp_path) as clients:
        holder = Holder(clients, scenario.holder)
        id = holder.begin("profile_change")
        holder.save(id, **{"person.position": f"工程{EMOJI}师"}, save="1")
        holder.browser.get(f"/my/requests/{id}/edit")
        assert f"第3个字“{EMOJI}”打印不出来" in holder.page
        assert f"工程{EMOJI}师" in holder.page


def test_a_page_that_cannot_be_printed_tells_the_holder_what_to_do(
    scenario: Scenario, tmp_path: Path
) -> None:
    with transaction(scenario.session):
        scenario.holder.person.position = f"工程{EMOJI}师"
    with open_portal(scenario, tmp_path) as clients:
        holder = Holder(clients, scenario.holder)
        id = holder.begin("profile_change")
        answer = holder.browser.get(f"/my/requests/{id}/application.pdf")
        assert answer.status_code == 503
        assert f"里面的“{EMOJI}”打印不出来" in answer.text
        assert "错误编号" in answer.text
        assert "字库中没有" not in answer.text
        assert "安装" not in answer.text


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_every_text_column_of_every_import_refuses_it(scenario: Scenario) -> None:
    checked = 0
    for spec in KINDS.values():
        for column in spec(scenario.session).columns:
            if isinstance(column.kind, Choice) or not isinstance(column.kind, Text | EmployerColumn):
                continue
            row = ImportRow(2, {})
            _read_cell(row, column, f"甲{EMOJI}乙", {})
            assert f"第2个字“{EMOJI}”" in dict(row.faults).get(column.title, ""), (spec.code, column.name)
            checked += 1
    assert checked > 5


def test_every_text_field_of_the_panel_refuses_it() -> None:
    unchecked = set()
    pending = list(Form.__subclasses__())
    while pending:
        form = pending.pop()
        pending += form.__subclasses__()
        if not form.__module__.startswith("anguan."):
            continue
        for name in dir(form):
            field = getattr(form, name)
            if not isinstance(field, UnboundField) or issubclass(field.field_class, DayField):
                continue
            if issubclass(field.field_class, StringField | TextAreaField) and prints not in field.args[1]:
                unchecked.add(f"{form.__name__}.{name}")
    assert unchecked == set(NOT_PRINTED)


def test_a_rare_name_is_registered_by_import_all_the_same(scenario: Scenario) -> None:
    """The register holds people under their real names; the fonts of this machine are a later question."""
    (name,) = (one for one in KINDS["people"](scenario.session).columns if one.name == "name")
    row = ImportRow(2, {})
    _read_cell(row, name, f"{RARE}某", {})
    assert row.values["name"] == f"{RARE}某"
