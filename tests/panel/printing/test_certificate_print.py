"""Printing of several certificates as one PDF from the list."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.test import TestResponse

from anguan.infra.transaction import transaction
from anguan.models import Certificate
from anguan.panel.printing import certificates
from anguan.worker.context import JobContext
from anguan.worker.loop import drain
from tests.support.client import Browser
from tests.support.factories import Scenario
from tests.support.panel_client import Office, export, open_office


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """SQLite only: nothing is written but events."""
    return str(request.param)


@pytest.fixture
def office(scenario: Scenario, tmp_path: Path) -> Iterator[Office]:
    own = {"certificate.document_number": scenario.stranger.login}
    for filed in (
        scenario.filed("certificate_change"), scenario.filed("certificate_change", scenario.stranger, **own)
    ):  # fmt: skip
        scenario.decide(filed, "approve")
    drain(scenario.session, JobContext(scenario.storage, "http://127.0.0.1:5000"))
    with open_office(scenario, tmp_path) as opened:
        yield opened


def printed(office: Office) -> list[Certificate]:
    """The certificates that have a PDF, in the order of the list."""
    rows = office.scenario.session.scalars(select(Certificate).order_by(Certificate.id.desc())).all()
    return [row for row in rows if row.editions and row.editions[0].job and row.editions[0].job.file_id]


def send(browser: Browser, *ids: object) -> TestResponse:
    browser.get("/panel/certificates/")
    form = {"csrf_token": browser.token, "id": [str(id) for id in ids]}
    return browser.client.post("/panel/certificates/print", data=form)


def test_the_chosen_ones_are_one_pdf_in_the_order_of_the_list(office: Office) -> None:
    rows = printed(office)
    assert len(rows) > 1
    browser = office.enter("reviewer")
    page = browser.get("/panel/certificates/").text
    for row in rows:
        assert f'name="id" value="{row.id}" form="batch"' in page
    with transaction(office.scenario.session) as session:
        session.get_one(Certificate, rows[1].id).status = "suspended"
    read = PdfReader(BytesIO(send(browser, *(row.id for row in reversed(rows))).data))
    assert [str(one.title) for one in read.outline] == [row.number for row in rows]
    assert "暂扣" in "".join(page.extract_text() for page in read.pages)
    assert {event.certificate_id for event in office.events("read_sheet")} == {row.id for row in rows}
    assert "选" not in export(browser, "certificate").decode().splitlines()[0].split(",")


def test_a_damaged_certificate_does_not_keep_back_the_others(office: Office) -> None:
    first, *rest = printed(office)
    job = first.editions[0].job
    assert job is not None
    assert job.file is not None
    office.scenario.storage.path(job.file.sha256).unlink()
    answer = send(office.enter("reviewer"), first.id, *(row.id for row in rest))
    read = PdfReader(BytesIO(answer.data))
    assert str(read.outline[0].title) == f"{first.number}（无法读取）"
    assert "此材料无法读取" in read.pages[0].extract_text()
    assert [str(one.title) for one in read.outline[1:]] == [row.number for row in rest]
    said = {event.certificate_id: event.sentence for event in office.events("read_sheet")}
    assert "文件无法读取" in said.pop(first.id)
    assert not [words for words in said.values() if "文件无法读取" in words]


def test_what_cannot_be_printed_is_said(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = printed(office)
    browser = office.enter("reviewer")
    other = office.scenario.session.scalar(
        select(Certificate).where(Certificate.id.not_in([row.id for row in rows]))
    )
    assert other is not None
    monkeypatch.setattr(certificates, "MOST", 2)
    for ids, words in (
        ((), "请先勾选要打印的证书"),
        ((1, 2, 3), "一次最多打印 2 本，现在选了 3 本"),
        ((rows[0].id, other.id), "还没有电子证书"),
        ((rows[0].id, 999999), "不在您可以查看的范围里"),
        (("x", "0"), "请先勾选要打印的证书"),
    ):
        answer = send(browser, *ids)
        assert answer.status_code == 302, ids
        assert words in browser.get(answer.location).text, ids
    assert office.events("read_sheet") == []


def test_staff_of_a_region_print_those_of_their_region(office: Office) -> None:
    first = printed(office)[0]
    local = office.enter("REGIONAL")
    with transaction(office.scenario.session) as session:
        session.get_one(Certificate, first.id).enterprise_id = office.scenario.firm(0).id
    assert send(local, first.id).status_code == 302
    with transaction(office.scenario.session) as session:
        session.get_one(Certificate, first.id).enterprise_id = office.scenario.firm(1).id
    assert send(local, first.id).mimetype == "application/pdf"
