"""The worker: certificates rendered once, failures reported and retried, each day swept once."""

import os
import threading
from datetime import date, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import sessionmaker

from anguan.core import clock
from anguan.infra.blob_store import LocalStorage
from anguan.infra.events import SYSTEM, actor_of
from anguan.infra.outbox import enqueue
from anguan.infra.transaction import transaction
from anguan.models import (
    Certificate,
    CertificateJob,
    DictionaryEntry,
    Edition,
    Event,
    Notice,
    Outbox,
    Reason,
    StoredFile,
    Throttle,
)
from anguan.pdf.renderer import MissingGlyph
from anguan.worker import certificate_jobs, doctor, loop
from anguan.worker.certificate_jobs import try_again
from anguan.worker.context import JobContext
from anguan.worker.daily import enqueue_daily
from anguan.worker.heartbeat import count_overdue, last_heartbeat
from anguan.worker.loop import drain, run_worker
from anguan.worker.seed import seed
from tests.support.factories import Scenario

ADDRESS = "https://kaohe.example.org"


@pytest.fixture
def tools(scenario: Scenario) -> JobContext:
    return JobContext(scenario.storage, ADDRESS)


def approve_renewal(scenario: Scenario) -> Edition:
    """An approved renewal; its edition is queued."""
    scenario.decide(scenario.filed("certificate_renewal"), "approve")
    return scenario.session.scalars(select(Edition)).one()


def read(scenario: Scenario, kind: type, /, **wanted: object) -> list:
    scenario.session.rollback()
    return list(scenario.session.scalars(select(kind).filter_by(**wanted)))


def test_an_approved_certificate_is_rendered_and_its_holder_notified(
    scenario: Scenario, tools: JobContext
) -> None:
    edition = approve_renewal(scenario)
    assert edition.job.state == "waiting"
    assert drain(scenario.session, tools) == 1
    production = read(scenario, CertificateJob)[0]
    assert (production.state, production.attempts, production.error) == ("ready", 1, "")
    assert production.file.mime == "application/pdf"
    text = PdfReader(tools.storage.path(production.file.sha256)).pages[0].extract_text()
    assert production.edition.certificate.number in text.replace(" ", "")
    told = read(scenario, Notice, title="电子证书已生成")
    assert [notice.account_id for notice in told] == [scenario.holder.id]
    done = read(scenario, Event, verb="finish_edition")
    assert [(event.actor, event.visible_to) for event in done] == [(SYSTEM.name, "holder")]


def test_the_doctor_counts_what_waits_longer_than_promised(scenario: Scenario) -> None:
    approve_renewal(scenario)
    scenario.policy("ready_hours", "30")
    assert doctor._check_certificate_jobs(scenario.session).level == "ok"
    with clock.frozen_at(clock.now() + timedelta(hours=29)):
        assert doctor._check_certificate_jobs(scenario.session).level == "ok"
    for state in ("waiting", "drawing"):
        with transaction(scenario.session):
            scenario.session.execute(update(CertificateJob).values(state=state))
        with clock.frozen_at(clock.now() + timedelta(hours=31)):
            found = doctor._check_certificate_jobs(scenario.session)
        assert found.level == "bad"
        assert "有 1 张证书等了 30 小时以上" in found.sentence


def test_one_that_was_never_queued_can_be_rendered_on_request(scenario: Scenario, tools: JobContext) -> None:
    edition = approve_renewal(scenario)
    with transaction(scenario.session):
        scenario.session.execute(delete(Outbox).where(Outbox.kind == "draw_edition"))
    assert drain(scenario.session, tools) == 0
    with transaction(scenario.session):
        try_again(scenario.session, actor_of(scenario.reviewer), edition.id)
    assert drain(scenario.session, tools) == 1
    assert read(scenario, CertificateJob)[0].state == "ready"


def test_the_code_on_the_certificate_leads_to_its_verification_page(
    scenario: Scenario, tools: JobContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    drawn = certificate_jobs.render_certificate
    monkeypatch.setattr(
        certificate_jobs,
        "render_certificate",
        lambda facts, photo, url: seen.append(url) or drawn(facts, photo, url),
    )
    token = approve_renewal(scenario).qr_token
    drain(scenario.session, tools)
    assert seen == [f"{ADDRESS}/check/{token}"]


def test_a_second_run_changes_nothing(scenario: Scenario, tools: JobContext) -> None:
    edition_id = approve_renewal(scenario).id
    drain(scenario.session, tools)
    first = read(scenario, CertificateJob)[0].file_id
    with transaction(scenario.session):
        scenario.session.execute(update(Outbox).values(done_at=None, claimed_until=None))
    drain(scenario.session, tools)
    certificate_jobs.render_edition(scenario.session, tools, {"edition": edition_id})
    assert read(scenario, CertificateJob)[0].file_id == first
    assert len(read(scenario, Notice, title="电子证书已生成")) == 1
    assert len(read(scenario, Event, verb="finish_edition")) == 1


def test_two_workers_render_it_once(scenario: Scenario, tools: JobContext) -> None:
    approve_renewal(scenario)
    make, starts = sessionmaker(scenario.engine), threading.Barrier(2)

    def work() -> None:
        with make() as session:
            starts.wait()
            drain(session, tools)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(row.state, row.attempts) for row in read(scenario, CertificateJob)] == [("ready", 1)]


def test_a_missing_glyph_is_reported_to_staff_once_and_retried(
    scenario: Scenario, tools: JobContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve_renewal(scenario)

    def refuse(*_: object) -> bytes:
        raise MissingGlyph("龘")

    with monkeypatch.context() as patch:
        patch.setattr(certificate_jobs, "render_certificate", refuse)
        drain(scenario.session, tools)
        with clock.frozen_at(clock.now() + timedelta(minutes=1)):
            drain(scenario.session, tools)
    production = read(scenario, CertificateJob)[0]
    assert (production.state, production.attempts) == ("failed", 2)
    assert "龘" in production.error
    failures = read(scenario, Event, verb="fail_edition")
    assert [event.visible_to for event in failures] == ["office"]
    assert read(scenario, Notice, title="电子证书已生成") == []
    assert drain(scenario.session, tools) == 0, "it waits before the next try"
    with transaction(scenario.session):
        actor = actor_of(scenario.account("SENIOR"))
        try_again(scenario.session, actor, production.edition_id)
    assert drain(scenario.session, tools) == 1
    assert read(scenario, CertificateJob)[0].state == "ready"


def test_a_lost_photo_stops_the_certificate_with_a_message(
    scenario: Scenario, tools: JobContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve_renewal(scenario)
    with transaction(scenario.session):
        facts = read(scenario, Edition)[0].facts.replace(scenario.certificate().photo or "", "0" * 64)
    with transaction(scenario.session):
        scenario.session.execute(update(Edition).values(facts=facts))
    drain(scenario.session, tools)
    assert "照片文件缺失" in read(scenario, CertificateJob)[0].error


def test_an_old_edition_is_rendered_without_notice(scenario: Scenario, tools: JobContext) -> None:
    approve_renewal(scenario)
    scenario.decide(scenario.filed("certificate_change"), "approve")
    drain(scenario.session, tools)
    assert {row.state for row in read(scenario, CertificateJob)} == {"ready"}
    latest = [row for row in read(scenario, Edition) if row.certificate_id == scenario.certificate().id]
    assert len(latest) == 2
    bodies = [notice.body for notice in read(scenario, Notice, title="电子证书已生成")]
    assert len([body for body in bodies if scenario.certificate().number in body]) == 1


def test_a_decision_takes_effect_when_its_time_has_come(scenario: Scenario, tools: JobContext) -> None:
    scenario.policy("undo_seconds", "60")
    request = scenario.decide(scenario.filed("certificate_renewal"), "approve")
    drain(scenario.session, tools)
    scenario.session.refresh(request)
    assert request.state == "decided"
    with clock.frozen_at(clock.now() + timedelta(seconds=61)):
        drain(scenario.session, tools)
    scenario.session.refresh(request)
    assert request.state == "approved"


def test_unknown_work_stays_with_its_error(scenario: Scenario, tools: JobContext) -> None:
    with transaction(scenario.session):
        enqueue(scenario.session, "nonsense", "nonsense:1", {})
    drain(scenario.session, tools)
    row = read(scenario, Outbox)[0]
    assert (row.done_at, row.attempts, row.claimed_until) == (None, 1, None)
    assert "KeyError" in row.error
    assert row.not_before > clock.now()


def test_each_day_is_swept_once(scenario: Scenario, tools: JobContext) -> None:
    with transaction(scenario.session):
        gone = clock.now() - timedelta(days=1)
        scenario.session.add(Throttle(bucket="old:1", taken=1, until=gone))
        scenario.session.execute(update(Certificate).values(valid_until=clock.today() - timedelta(days=1)))
    for _ in range(3):
        enqueue_daily(scenario.session)
        drain(scenario.session, tools)
    assert {row.status for row in read(scenario, Certificate)} == {"lapsed"}
    assert read(scenario, Throttle) == []
    assert len(read(scenario, Outbox, kind="sweep")) == 1
    with clock.frozen_at(clock.today() + timedelta(days=1)):
        enqueue_daily(scenario.session)
    assert len(read(scenario, Outbox, kind="sweep")) == 2


def test_the_sweep_takes_old_files_that_no_row_knows(scenario: Scenario, tmp_path: Path) -> None:
    files = LocalStorage(tmp_path)
    kept = [files.keep(b"known"), files.keep(b"forgotten"), files.keep(b"just now")]
    for sha256 in kept[:2]:
        os.utime(files.path(sha256), (0, 0))
    with transaction(scenario.session):
        row = StoredFile(sha256=kept[0], mime="image/jpeg", size=5, created_at=clock.now())
        scenario.session.add(row)
    enqueue_daily(scenario.session)
    drain(scenario.session, JobContext(files, ADDRESS))
    assert [files.path(sha256).exists() for sha256 in kept] == [True, False, True]


def test_the_loop_works_reports_its_heartbeat_and_ends(scenario: Scenario, tools: JobContext) -> None:
    approve_renewal(scenario)
    assert last_heartbeat(scenario.session) is None
    scenario.session.rollback()
    stop = threading.Event()
    loop = threading.Thread(target=run_worker, args=(sessionmaker(scenario.engine), tools, stop))
    loop.start()
    for _ in range(100):
        if read(scenario, CertificateJob)[0].state == "ready":
            break
        threading.Event().wait(0.1)
    stop.set()
    loop.join(10)
    assert not loop.is_alive()
    assert read(scenario, CertificateJob)[0].state == "ready"
    assert clock.now() - (last_heartbeat(scenario.session) or clock.now()) < timedelta(minutes=2)
    assert count_overdue(scenario.session) == 0


def test_the_loop_survives_a_database_that_is_away(
    scenario: Scenario, tools: JobContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, calls = threading.Event(), []

    def fail(*_: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            stop.set()
        raise OperationalError("SELECT 1", {}, Exception("away"))

    monkeypatch.setattr(loop, "PAUSE", 0.01)
    monkeypatch.setattr(loop, "record_heartbeat", fail)
    run_worker(sessionmaker(scenario.engine), tools, stop)
    assert len(calls) == 2


def test_the_seed_fills_gaps_and_changes_nothing(scenario: Scenario) -> None:
    with transaction(scenario.session):
        seed(scenario.session)
    first = scenario.session.scalars(select(Reason)).first()
    assert first is not None
    with transaction(scenario.session):
        first = scenario.session.get_one(Reason, first.id)
        first.sentence = "改过的话"
    counts = [
        scenario.session.scalar(select(func.count()).select_from(row)) for row in (Reason, DictionaryEntry)
    ]
    with transaction(scenario.session):
        seed(scenario.session)
    after = [
        scenario.session.scalar(select(func.count()).select_from(row)) for row in (Reason, DictionaryEntry)
    ]
    assert counts == after
    assert scenario.session.get_one(Reason, first.id).sentence == "改过的话"


def test_a_day_has_a_name(scenario: Scenario) -> None:
    with clock.frozen_at(date(2026, 3, 1)):
        enqueue_daily(scenario.session)
    assert [row.key for row in read(scenario, Outbox)] == ["sweep:2026-03-01", "draw_audits:2026-03"]
