"""The work behind the counter: sheets drawn once, failures told and tried again, each day swept once."""

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
from anguan.infra.events import WORKER, actor_of
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
from tests.support.factories import World

ADDRESS = "https://kaohe.example.org"


@pytest.fixture
def tools(world: World) -> JobContext:
    return JobContext(world.storage, ADDRESS)


def approve_renewal(world: World) -> Edition:
    """A renewal passes; its edition waits."""
    world.decide(world.filed("certificate_renewal"), "approve")
    return world.session.scalars(select(Edition)).one()


def read(world: World, kind: type, /, **wanted: object) -> list:
    world.session.rollback()
    return list(world.session.scalars(select(kind).filter_by(**wanted)))


def test_an_approved_certificate_is_drawn_and_its_holder_told(world: World, tools: JobContext) -> None:
    edition = approve_renewal(world)
    assert edition.job.state == "waiting"
    assert drain(world.session, tools) == 1
    production = read(world, CertificateJob)[0]
    assert (production.state, production.attempts, production.error) == ("ready", 1, "")
    assert production.file.mime == "application/pdf"
    text = PdfReader(tools.storage.path(production.file.sha256)).pages[0].extract_text()
    assert production.edition.certificate.number in text.replace(" ", "")
    told = read(world, Notice, title="电子证书已生成")
    assert [notice.account_id for notice in told] == [world.holder.id]
    done = read(world, Event, verb="finish_edition")
    assert [(event.actor, event.visible_to) for event in done] == [(WORKER.name, "holder")]


def test_the_doctor_counts_what_waits_longer_than_promised(world: World) -> None:
    approve_renewal(world)
    world.policy("ready_hours", "30")
    assert doctor._look_at_sheets(world.session).level == "ok"
    with clock.frozen_at(clock.now() + timedelta(hours=29)):
        assert doctor._look_at_sheets(world.session).level == "ok"
    for state in ("waiting", "drawing"):
        with transaction(world.session):
            world.session.execute(update(CertificateJob).values(state=state))
        with clock.frozen_at(clock.now() + timedelta(hours=31)):
            found = doctor._look_at_sheets(world.session)
        assert found.level == "bad"
        assert "有 1 张证书等了 30 小时以上" in found.sentence


def test_one_that_was_never_queued_can_be_drawn_by_hand(world: World, tools: JobContext) -> None:
    edition = approve_renewal(world)
    with transaction(world.session):
        world.session.execute(delete(Outbox).where(Outbox.kind == "draw_edition"))
    assert drain(world.session, tools) == 0
    with transaction(world.session):
        try_again(world.session, actor_of(world.reviewer), edition.id)
    assert drain(world.session, tools) == 1
    assert read(world, CertificateJob)[0].state == "ready"


def test_the_code_on_the_sheet_leads_to_its_own_check_page(
    world: World, tools: JobContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    drawn = certificate_jobs.draw_certificate
    monkeypatch.setattr(
        certificate_jobs,
        "draw_certificate",
        lambda facts, photo, url: seen.append(url) or drawn(facts, photo, url),
    )
    token = approve_renewal(world).qr_token
    drain(world.session, tools)
    assert seen == [f"{ADDRESS}/check/{token}"]


def test_a_second_run_changes_nothing(world: World, tools: JobContext) -> None:
    edition_id = approve_renewal(world).id
    drain(world.session, tools)
    first = read(world, CertificateJob)[0].file_id
    with transaction(world.session):
        world.session.execute(update(Outbox).values(done_at=None, claimed_until=None))
    drain(world.session, tools)
    certificate_jobs.render_edition(world.session, tools, {"edition": edition_id})
    assert read(world, CertificateJob)[0].file_id == first
    assert len(read(world, Notice, title="电子证书已生成")) == 1
    assert len(read(world, Event, verb="finish_edition")) == 1


def test_two_workers_draw_it_once(world: World, tools: JobContext) -> None:
    approve_renewal(world)
    make, starts = sessionmaker(world.engine), threading.Barrier(2)

    def work() -> None:
        with make() as session:
            starts.wait()
            drain(session, tools)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(row.state, row.attempts) for row in read(world, CertificateJob)] == [("ready", 1)]


def test_a_missing_glyph_is_told_to_staff_once_and_tried_again(
    world: World, tools: JobContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve_renewal(world)

    def refuse(*_: object) -> bytes:
        raise MissingGlyph("龘")

    with monkeypatch.context() as patch:
        patch.setattr(certificate_jobs, "draw_certificate", refuse)
        drain(world.session, tools)
        with clock.frozen_at(clock.now() + timedelta(minutes=1)):
            drain(world.session, tools)
    production = read(world, CertificateJob)[0]
    assert (production.state, production.attempts) == ("failed", 2)
    assert "龘" in production.error
    failures = read(world, Event, verb="fail_edition")
    assert [event.visible_to for event in failures] == ["office"]
    assert read(world, Notice, title="电子证书已生成") == []
    assert drain(world.session, tools) == 0, "it waits before the next try"
    with transaction(world.session):
        actor = actor_of(world.account("SENIOR"))
        try_again(world.session, actor, production.edition_id)
    assert drain(world.session, tools) == 1
    assert read(world, CertificateJob)[0].state == "ready"


def test_a_lost_photo_stops_the_sheet_with_a_sentence(
    world: World, tools: JobContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve_renewal(world)
    with transaction(world.session):
        facts = read(world, Edition)[0].facts.replace(world.certificate().photo or "", "0" * 64)
    with transaction(world.session):
        world.session.execute(update(Edition).values(facts=facts))
    drain(world.session, tools)
    assert "照片文件缺失" in read(world, CertificateJob)[0].error


def test_an_old_edition_is_drawn_without_news(world: World, tools: JobContext) -> None:
    approve_renewal(world)
    world.decide(world.filed("certificate_change"), "approve")
    drain(world.session, tools)
    assert {row.state for row in read(world, CertificateJob)} == {"ready"}
    latest = [row for row in read(world, Edition) if row.certificate_id == world.certificate().id]
    assert len(latest) == 2
    bodies = [notice.body for notice in read(world, Notice, title="电子证书已生成")]
    assert len([body for body in bodies if world.certificate().number in body]) == 1


def test_a_decision_takes_effect_when_its_time_has_come(world: World, tools: JobContext) -> None:
    world.policy("undo_seconds", "60")
    request = world.decide(world.filed("certificate_renewal"), "approve")
    drain(world.session, tools)
    world.session.refresh(request)
    assert request.state == "decided"
    with clock.frozen_at(clock.now() + timedelta(seconds=61)):
        drain(world.session, tools)
    world.session.refresh(request)
    assert request.state == "approved"


def test_unknown_work_stays_with_its_error(world: World, tools: JobContext) -> None:
    with transaction(world.session):
        enqueue(world.session, "nonsense", "nonsense:1", {})
    drain(world.session, tools)
    row = read(world, Outbox)[0]
    assert (row.done_at, row.attempts, row.claimed_until) == (None, 1, None)
    assert "KeyError" in row.error
    assert row.not_before > clock.now()


def test_each_day_is_swept_once(world: World, tools: JobContext) -> None:
    with transaction(world.session):
        gone = clock.now() - timedelta(days=1)
        world.session.add(Throttle(bucket="old:1", taken=1, until=gone))
        world.session.execute(update(Certificate).values(valid_until=clock.today() - timedelta(days=1)))
    for _ in range(3):
        enqueue_daily(world.session)
        drain(world.session, tools)
    assert {row.status for row in read(world, Certificate)} == {"lapsed"}
    assert read(world, Throttle) == []
    assert len(read(world, Outbox, kind="sweep")) == 1
    with clock.frozen_at(clock.today() + timedelta(days=1)):
        enqueue_daily(world.session)
    assert len(read(world, Outbox, kind="sweep")) == 2


def test_the_sweep_takes_old_files_that_no_row_knows(world: World, tmp_path: Path) -> None:
    files = LocalStorage(tmp_path)
    kept = [files.keep(b"known"), files.keep(b"forgotten"), files.keep(b"just now")]
    for sha256 in kept[:2]:
        os.utime(files.path(sha256), (0, 0))
    with transaction(world.session):
        row = StoredFile(sha256=kept[0], mime="image/jpeg", size=5, created_at=clock.now())
        world.session.add(row)
    enqueue_daily(world.session)
    drain(world.session, JobContext(files, ADDRESS))
    assert [files.path(sha256).exists() for sha256 in kept] == [True, False, True]


def test_the_loop_works_shows_signs_and_ends(world: World, tools: JobContext) -> None:
    approve_renewal(world)
    assert last_heartbeat(world.session) is None
    world.session.rollback()
    stop = threading.Event()
    loop = threading.Thread(target=run_worker, args=(sessionmaker(world.engine), tools, stop))
    loop.start()
    for _ in range(100):
        if read(world, CertificateJob)[0].state == "ready":
            break
        threading.Event().wait(0.1)
    stop.set()
    loop.join(10)
    assert not loop.is_alive()
    assert read(world, CertificateJob)[0].state == "ready"
    assert clock.now() - (last_heartbeat(world.session) or clock.now()) < timedelta(minutes=2)
    assert count_overdue(world.session) == 0


def test_the_loop_survives_a_database_that_is_away(
    world: World, tools: JobContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, calls = threading.Event(), []

    def fail(*_: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            stop.set()
        raise OperationalError("SELECT 1", {}, Exception("away"))

    monkeypatch.setattr(loop, "PAUSE", 0.01)
    monkeypatch.setattr(loop, "show_sign", fail)
    run_worker(sessionmaker(world.engine), tools, stop)
    assert len(calls) == 2


def test_the_stock_fills_gaps_and_changes_nothing(world: World) -> None:
    with transaction(world.session):
        seed(world.session)
    first = world.session.scalars(select(Reason)).first()
    assert first is not None
    with transaction(world.session):
        first = world.session.get_one(Reason, first.id)
        first.sentence = "改过的话"
    counts = [
        world.session.scalar(select(func.count()).select_from(row)) for row in (Reason, DictionaryEntry)
    ]
    with transaction(world.session):
        seed(world.session)
    after = [world.session.scalar(select(func.count()).select_from(row)) for row in (Reason, DictionaryEntry)]
    assert counts == after
    assert world.session.get_one(Reason, first.id).sentence == "改过的话"


def test_a_day_has_a_name(world: World) -> None:
    with clock.frozen_at(date(2026, 3, 1)):
        enqueue_daily(world.session)
    assert [row.key for row in read(world, Outbox)] == ["sweep:2026-03-01", "draw_rechecks:2026-03"]
