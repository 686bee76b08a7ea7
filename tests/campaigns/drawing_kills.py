"""kill -9 of the worker at each step of a certificate job: the PDF is rendered once in the end."""

import os
import signal
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select

from anguan.core import clock
from anguan.infra.outbox import LEASE
from anguan.models import CertificateJob, Edition, Event, Notice, Outbox, StoredFile
from anguan.worker.context import JobContext
from anguan.worker.loop import drain
from tests.campaigns.support.bulk import gather
from tests.campaigns.support.invariants import check_invariants
from tests.campaigns.support.office import Office, Place, draw, fresh_place
from tests.campaigns.support.race import PATIENCE, PROCESSES
from tests.campaigns.support.report import Report

ADDRESS = "http://127.0.0.1:5000"
POINTS = (
    "before_commit:1",  # the lease is not yet taken
    "after_commit:1",
    "before_commit:2",  # the start of rendering is not yet recorded
    "after_commit:2",
    "after_drawing",
    *("after_temp", "after_fsync", "after_rename", "after_dirsync", "before_insert", "after_insert"),
    "before_commit:3",  # the PDF is not yet stored
    "after_commit:3",
    "before_commit:4",  # the task is not yet completed in the outbox
    "after_commit:4",
)
TITLES = ("高级工程师", "工程师")


def work(place: Place, point: str) -> None:
    """A worker that dies at a crash point, if it is reached."""
    os.environ["ANGUAN_KILL_AT"] = point
    office = Office(place)
    drain(office.session, JobContext(office.storage, ADDRESS))
    office.close()


def kill_worker(kind: str, count: int, seed: int = 0, points: Iterable[str] = POINTS) -> Report:
    """Each point `count` times: a worker dies over a new edition, another one claims the task later."""
    report = Report()
    with fresh_place(kind) as place:
        office = Office(place)
        (who,) = gather(office, 1)
        turn = 0
        for _ in range(count):
            for point in points:
                turn += 1
                edition_id = _approve(office, who, TITLES[(turn + 1) % 2], seed * 1_000_000 + turn)
                process = PROCESSES.Process(target=work, args=(place, point))
                process.start()
                process.join(PATIENCE)
                report.note(point)
                if process.exitcode != -signal.SIGKILL:
                    report.add_violation(f"{point}: the worker ended with {process.exitcode}")
                report.violations += [
                    f"{point}: {line}" for line in check_invariants(office.session, office.storage)
                ]
                _come_back(office)
                report.violations += [f"{point}: {line}" for line in _faults(office, who, edition_id)]
        office.close()
    return report


def _approve(office: Office, who: int, title: str, turn: int) -> int:
    """An approved change of title, whose edition is queued."""
    request_id = office.filed_title(who, title, draw(turn))
    office.decide("REVIEWER1", request_id, office.decision_input(request_id, "approve"))
    office.session.rollback()
    return office.session.scalars(select(Edition.id).order_by(Edition.id.desc())).first() or 0


def _come_back(office: Office) -> None:
    """Another worker, once the lease of the dead one has expired."""
    office.session.rollback()
    with clock.frozen_at(clock.now() + LEASE + timedelta(seconds=1)):
        drain(office.session, JobContext(office.storage, ADDRESS))


def _faults(office: Office, who: int, edition_id: int) -> list[str]:
    office.session.rollback()
    production = office.session.scalars(
        select(CertificateJob).where(CertificateJob.edition_id == edition_id)
    ).one()
    row = office.session.scalars(select(Outbox).where(Outbox.key == f"draw_edition:{edition_id}")).one()
    version = production.edition.version
    counted = {
        "sheets": office.count(StoredFile, StoredFile.mime == "application/pdf"),
        "events": office.count(Event, Event.verb == "finish_edition"),
        "notices": office.count(Notice, Notice.account_id == who, Notice.title == "电子证书已生成"),
    }
    found = [f"{many} {name} for {version} editions" for name, many in counted.items() if many != version]
    if production.state != "ready" or row.done_at is None:
        found.append(f"production {production.state}, done at {row.done_at}")
    return found + check_invariants(office.session, office.storage)
