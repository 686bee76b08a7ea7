"""Exports: which role may export which list, with which columns, and the events of it."""

import io

import pytest
from openpyxl import load_workbook

from anguan.extensions import db
from anguan.infra.transaction import transaction
from anguan.models import Person, Reason
from anguan.panel.lists import exporting
from tests.support.panel_client import Office, export, read_csv
from tests.support.statements import counted

LISTS = {
    "reviewer": (
        "queue", "done", "person", "enterprise", "certificate", "certificate_job", "training", "insurance",
        "constructor",
    ),
    "administrator": ("reason", "dictionary", "account", "event"),
}  # fmt: skip
FULL = {"numbers": "full", "purpose": "inspect", "note": "省厅年度检查，交检查组"}


@pytest.mark.parametrize("kind", ["sqlite"])
def test_every_list_becomes_both_kinds_of_file(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    office.scenario.decide(filed, "approve")
    office.scenario.filed("profile_change", office.scenario.stranger)
    with transaction(office.scenario.session):
        office.scenario.session.add(Reason(code="stamp", sentence="申请表缺单位公章"))
    for role, lists in LISTS.items():
        browser = office.enter(role)
        for listed in lists:
            assert f"/panel/export/{listed}" in browser.get(address_of(office, listed)).text, listed
            lines = read_csv(export(browser, listed)).splitlines()
            book = load_workbook(io.BytesIO(export(browser, listed, "xlsx")))
            cells = [cell for line in book.active.iter_rows() for cell in line if cell.value is not None]
            assert {cell.data_type for cell in cells} <= {"s", "n", "d"}, listed
            assert ",".join(f'"{cell.value}"' for cell in book.active[1]) == lines[0], listed
            assert book.active.max_row >= len(lines) > 1, listed
            assert not [cell for cell in cells if {"<", ">"} <= set(str(cell.value))], listed
    assert len(office.events("export")) == 2 * sum(map(len, LISTS.values()))


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_file_is_read_in_batches_of_rows(office: Office) -> None:
    with office.clients.app.app_context():
        engine = db.engine
    spent: dict[str, list[int]] = {}
    for matter in ("certificate_change", "certificate_cancellation"):
        filed = office.scenario.filed(matter, office.scenario.stranger if spent else None)
        office.scenario.decide(filed, "reject", opinion="材料不全")
        for role, lists in LISTS.items():
            browser = office.enter(role)
            for listed in lists:
                export(browser, listed)
                with counted(engine) as statements:
                    export(browser, listed)
                spent.setdefault(listed, []).append(len(statements))
    grown = {listed: counts for listed, counts in spent.items() if counts[1] > counts[0] + 1}
    assert grown == {}
    assert max(most for _, most in spent.values()) <= 40


def address_of(office: Office, listed: str) -> str:
    view = next(
        v for v in office.clients.app.extensions["admin"][0]._views if v.endpoint == f"panel_{listed}"
    )
    with office.clients.app.test_request_context():
        return str(view.link("index_view"))


@pytest.mark.parametrize("kind", ["sqlite"])
def test_only_chosen_columns_in_the_order_of_the_list(office: Office) -> None:
    browser = office.enter("reviewer")
    heads = read_csv(export(browser, "person", column=["phone", "name", "no such", "birth_date"]))
    assert heads.splitlines()[0] == '"姓名","手机"'
    browser.get("/panel/export/person")
    answer = browser.client.post("/panel/export/person", data={"csrf_token": browser.token, "kind": "pdf"})
    assert answer.status_code == 400
    assert "请至少选一列" in answer.text
    assert "请选择文件格式" in answer.text


def test_full_numbers_only_by_right_and_for_a_purpose(office: Office) -> None:
    person = office.clients.all(Person)[0]
    reviewer = office.enter("reviewer")
    assert "完整号码" not in reviewer.get("/panel/export/person").text
    columns = ["name", "document_number", "phone"]
    form = {"csrf_token": reviewer.token, "kind": "csv", "column": columns, **FULL}
    assert reviewer.client.post("/panel/export/person", data=form).status_code == 403
    senior = office.enter("senior_reviewer")
    assert "完整号码" in senior.get("/panel/export/person").text
    for missing, sentence in (("purpose", "请选择导出完整号码的用途"), ("note", "写明交给谁")):
        lacking = form | {"csrf_token": senior.token, missing: ""}
        answer = senior.client.post("/panel/export/person", data=lacking)
        assert answer.status_code == 400
        assert sentence in answer.text
    assert not office.events("export")
    text = read_csv(export(senior, "person?search=岑禾", column=columns, **FULL))
    assert person.document_number in text
    assert person.phone in text
    [noted] = office.events("export")
    assert "导出人员 1 条" in noted.sentence
    assert "监督检查" in noted.sentence
    assert "省厅年度检查" in noted.sentence
    assert "姓名、证件号码、手机" in noted.after
    assert "岑禾" in noted.after
    assert noted.visible_to == "audit"
    assert person.document_number not in noted.sentence + noted.after


@pytest.mark.parametrize("kind", ["sqlite"])
def test_full_numbers_need_the_password_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    senior = office.enter("senior_reviewer")
    senior.get("/panel/export/person")
    monkeypatch.setattr(exporting, "ask_password_again", lambda: object())
    form = {"csrf_token": senior.token, "kind": "csv", "column": ["document_number"], **FULL}
    answer = senior.client.post("/panel/export/person?flt_person=1", data=form)
    assert answer.status_code == 302
    assert answer.location == "/reauth?next=/panel/export/person?flt_person%3D1"
    assert not office.events("export")


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_list_that_is_forbidden_is_forbidden_as_a_file(office: Office) -> None:
    reviewer, administrator = office.enter("reviewer"), office.enter("administrator")
    assert reviewer.get("/panel/export/event").status_code == 403
    assert reviewer.get("/panel/export/account").status_code == 403
    assert administrator.get("/panel/export/queue").status_code == 403
    assert reviewer.get("/panel/export/nothing").status_code == 404
    assert reviewer.get("/panel/export/request").status_code == 404
    assert reviewer.get("/panel/queue/export/csv").status_code == 404
    regional = office.enter("REGIONAL")
    assert "岑禾安" not in read_csv(export(regional, "person"))
    assert "岑禾安" in read_csv(export(reviewer, "person"))


@pytest.mark.parametrize("kind", ["sqlite"])
def test_one_matter_is_exported_with_each_field_before_and_after(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    text = read_csv(export(office.enter("reviewer"), "queue?flt_matter=certificate_change"))
    for item in filed.items:
        if not item.mirror_of:
            assert f"{item.label}（前）" in text
            assert f"{item.label}（后）" in text
    unit = next(item for item in filed.items if item.path == "certificate.unit" and not item.mirror_of)
    assert unit.before_text in text
    assert unit.after_text in text


@pytest.mark.parametrize("kind", ["sqlite"])
def test_numbers_that_are_to_change_are_masked_too(office: Office) -> None:
    filed = office.scenario.filed("identity_change")
    named = {item.path: item for item in filed.items if not item.mirror_of}
    number = named["person.document_number"]
    masked = read_csv(export(office.enter("reviewer"), "queue?flt_matter=identity_change"))
    assert number.before not in masked
    assert number.after not in masked
    full = read_csv(export(office.enter("senior_reviewer"), "queue?flt_matter=identity_change", **FULL))
    assert number.before in full
    assert number.after in full
    [phone] = [item for item in office.scenario.filed("profile_change", office.scenario.stranger).items
               if item.path == "person.phone"]  # fmt: skip
    assert phone.after_text not in read_csv(
        export(office.enter("reviewer"), "queue?flt_matter=profile_change")
    )
