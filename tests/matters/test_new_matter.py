"""A new matter of a few lines gets form, rules, review, register and PDF without a change anywhere else."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.core.field import asked, shown
from anguan.core.material import Material
from anguan.core.matter import Matter
from anguan.domain.approval_context import ApprovalContext
from anguan.domain.editions import make_edition
from anguan.domain.requests import no_other_open, something_changes
from anguan.infra.transaction import transaction
from anguan.matters import catalog
from anguan.models import ChangeRequest, Edition, Event, Outbox
from anguan.services.review.review_view import round_items
from anguan.worker.context import JobContext
from anguan.worker.loop import drain
from tests.support.client import AppClients, Browser
from tests.support.factories import Scenario
from tests.support.office_data import picture
from tests.support.panel_client import export

NEW = Matter(
    code="phone_correction",
    title="联系电话更正",
    prefix="DH",
    action="更正电话",
    filed_by="applicant",
    subject="person",
    fields=(shown("person.name", "姓名"), asked("person.phone", "手机号码")),
    materials=(Material("proof", "号码证明", sample="application"),),
    rules=(something_changes, no_other_open),
    commitments=("本人的号码真实。",),
)


def print_again(effect: ApprovalContext) -> str:
    """A consequence that makes an edition and does nothing else."""
    make_edition(effect.session, effect.certificate)
    return "已另制一份"


COPY = Matter(
    code="certificate_copy",
    title="证书副本",
    prefix="FB",
    action="另制",
    filed_by="applicant",
    subject="certificate",
    fields=(shown("certificate.number", "证书编号"),),
    materials=(Material("proof", "用途说明"),),
    rules=(no_other_open,),
    consequences=(print_again,),
)

FILED = (*(matter for matter in catalog.CATALOG if matter.filed_by == "applicant"), NEW)


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppClients]:
    """Clients of an application whose catalogue has one more matter."""
    monkeypatch.setattr(catalog, "CATALOG", (*catalog.CATALOG, NEW))
    opened = AppClients(scenario, tmp_path)
    opened.app.extensions["anguan_storage"] = scenario.storage
    yield opened
    opened.close()


def enter(clients: AppClients, login: str, address: str) -> Browser:
    """A client that is logged in."""
    browser = clients.browser(address)
    browser.log_in(clients.give_password(clients.scenario.account(login)))
    return browser


def text_of(pdf: bytes) -> str:
    """The text of a PDF."""
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_one_more_matter_gets_everything(clients: AppClients) -> None:
    scenario = clients.scenario
    holder = enter(clients, scenario.holder.login, "192.0.2.5")
    guide = holder.get("/guide/phone_correction")
    assert guide.status_code == 200
    assert "号码证明" in guide.text

    began = holder.post("/my/start/phone_correction", save="1")
    assert began.status_code == 302
    form = holder.get(began.location).text
    assert "原手机号码" in form
    assert "号码证明" in form
    number = int(re.search(r"/requests/(\d+)", began.location)[1])
    blank = holder.get("/my/blank/phone_correction/application.pdf", buffered=True)
    assert "手机号码" in text_of(blank.data)

    sent = holder.client.post(
        began.location,
        data={
            "csrf_token": holder.token,
            "person.phone": "139 1111 2222",
            re.search(r'type="file"[^>]*name="([^"]+)"|name="([^"]+)"[^>]*type="file"', form)[1]: (
                io.BytesIO(picture()),
                "号码证明.jpg",
            ),
            "go": "1",
        },
        environ_base={"REMOTE_ADDR": holder.address},
    )
    assert sent.status_code == 302, sent.text
    check = holder.get(sent.location).text
    assert "139****2222" in check
    assert "139 1111 2222" not in check
    assert "139 1111 2222" in holder.post(sent.location).text
    hidden = dict(re.findall(r'name="(key|seen)" value="([^"]+)"', check))
    done = holder.post(f"/my/requests/{number}/submit", promise="1", **hidden)
    assert done.location.endswith("/receipt")
    receipt = holder.get(done.location).text
    assert "DH" in receipt
    assert "已提交，待审核" in receipt
    pdf = text_of(holder.get(f"/my/requests/{number}/receipt.pdf", buffered=True).data)
    assert "联系电话更正" in pdf
    form_pdf = text_of(holder.get(f"/my/requests/{number}/application.pdf", buffered=True).data)
    assert "手机号码" in form_pdf
    assert "13911112222" in re.sub(r"\s", "", form_pdf)

    reviewer = enter(clients, "REVIEWER1", "192.0.2.6")
    assert "联系电话更正" in reviewer.get("/panel/queue/").text
    page = re.sub(r"<[^>]+>", "", reviewer.get(f"/panel/requests/{number}").text)
    assert "139****2222" in page
    assert "138****0000" in page
    assert "联系电话更正" in export(reviewer, "queue").decode("utf-8-sig")
    scenario.session.rollback()
    assert scenario.session.get(ChangeRequest, number).state == "submitted"


@pytest.mark.parametrize("matter", FILED, ids=lambda matter: matter.code)
def test_the_form_shows_each_label_and_value_and_the_export_has_each_column(
    clients: AppClients, matter: Matter
) -> None:
    scenario = clients.scenario
    filed = scenario.filed(matter)
    items = [item for item in round_items(filed) if not item.mirror_of]
    number = filed.id
    holder = enter(clients, scenario.holder.login, "192.0.2.7")
    words = re.sub(
        r"\s", "", text_of(holder.get(f"/my/requests/{number}/application.pdf", buffered=True).data)
    )
    for item in items:
        assert re.sub(r"\s", "", item.label) in words, item.label
        if item.changed and not item.path.endswith("photo"):
            assert re.sub(r"\s", "", item.after_text) in words, item.path
    reviewer = enter(clients, "REVIEWER1", "192.0.2.8")
    heads = export(reviewer, f"queue?flt_matter={matter.code}").decode("utf-8-sig").splitlines()[0]
    for item in items:
        assert item.label in heads, item.label


@pytest.mark.parametrize("reprints", [False, True])
def test_the_edition_of_a_consequence_is_queued_and_rendered(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, reprints: bool
) -> None:
    matter = replace(COPY, reprints=reprints)
    monkeypatch.setattr(catalog, "CATALOG", (*catalog.CATALOG, matter))
    request = scenario.filed(matter)
    scenario.approve(request)
    (edition,) = scenario.session.scalars(select(Edition)).all()
    assert edition.certificate_id == scenario.certificate().id
    keys = scenario.session.scalars(select(Outbox.key).where(Outbox.kind == "draw_edition")).all()
    assert keys == [f"draw_edition:{edition.id}"]
    noted = select(Event.sentence).where(Event.verb == "make_edition", Event.request_id == request.id)
    assert [sentence[-12:] for sentence in scenario.session.scalars(noted)] == ["生成第 1 版，等待制证"]
    assert drain(scenario.session, JobContext(scenario.storage, "https://kaohe.example.org")) == 1
    scenario.session.expire_all()
    assert edition.job.state == "ready"


def test_what_a_savepoint_took_back_is_not_queued(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    def think_again(effect: ApprovalContext) -> str:
        with effect.session.begin_nested() as tried:
            make_edition(effect.session, effect.certificate)
            tried.rollback()
        return ""

    matter = replace(COPY, consequences=(think_again, print_again))
    monkeypatch.setattr(catalog, "CATALOG", (*catalog.CATALOG, matter))
    scenario.approve(scenario.filed(matter))
    (edition,) = scenario.session.scalars(select(Edition)).all()
    keys = scenario.session.scalars(select(Outbox.key).where(Outbox.kind == "draw_edition")).all()
    assert keys == [f"draw_edition:{edition.id}"]
    noted = scenario.session.scalars(select(Event.certificate_id).where(Event.verb == "make_edition")).all()
    assert noted == [edition.certificate_id]


def test_a_decision_later_in_the_same_session_queues_nothing_of_the_one_before(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog, "CATALOG", (*catalog.CATALOG, COPY))
    scenario.approve(scenario.filed(COPY))
    scenario.decide(scenario.filed(COPY), "reject", opinion="不需要")
    with transaction(scenario.session) as session:
        loose = make_edition(session, scenario.certificate(kind="C"))
    keys = scenario.session.scalars(select(Outbox.key).where(Outbox.kind == "draw_edition")).all()
    assert len(keys) == 1
    assert f"draw_edition:{loose.id}" not in keys
    listening = list(scenario.session.dispatch.after_flush)
    assert listening == list(Session().dispatch.after_flush), "the listener went with its decision"
