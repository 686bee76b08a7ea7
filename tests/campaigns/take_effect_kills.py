"""kill -9 of the worker at each step of a decision that takes effect: it takes effect once in the end.

The outbox is the only store of tasks: what the dead worker held in memory is lost, and the next one finds
everything in the table.
"""

import os
import signal
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select

from anguan.core import clock
from anguan.infra.outbox import LEASE
from anguan.infra.transaction import transaction
from anguan.models import Edition, Event, Notice, Outbox, PolicyValue
from anguan.worker.context import JobContext
from anguan.worker.loop import drain
from tests.campaigns.drawing_kills import ADDRESS, TITLES
from tests.campaigns.support.bulk import gather
from tests.campaigns.support.invariants import check_invariants
from tests.campaigns.support.office import Office, Place, draw, fresh_place
from tests.campaigns.support.race import PATIENCE, PROCESSES
from tests.campaigns.support.report import Report

POINTS = (
    "before_commit:1",  # the lease is not yet taken
    "after_commit:1",
    "after_amend",  # the register is written, the consequences are not
    "before_commit:2",  # all is written, nothing is committed
    "after_commit:2",
    "before_commit:3",  # the task is not yet completed in the outbox
    "after_commit:3",
)
MINUTE = timedelta(seconds=61)


def work(place: Place, point: str, moment: datetime) -> None:
    """A worker at that moment that dies at a crash point."""
    os.environ["ANGUAN_KILL_AT"] = point
    office = Office(place)
    with clock.frozen_at(moment):
        drain(office.session, JobContext(office.storage, ADDRESS), at_most=1)
    office.close()


def kill_carrier(kind: str, count: int, seed: int = 0, points: Iterable[str] = POINTS) -> Report:
    """Each point `count` times: a worker dies over a decision, another one claims the task later."""
    report = Report()
    with fresh_place(kind) as place:
        office = Office(place)
        with transaction(office.session):
            office.session.merge(PolicyValue(name="undo_seconds", value="60"))
        (who,) = gather(office, 1)
        start = clock.now()
        for turn, point in enumerate([*points] * count, start=1):
            title, moment = TITLES[(turn + 1) % 2], start + turn * timedelta(minutes=10)
            with clock.frozen_at(moment):
                request_id = office.filed_title(who, title, draw(seed * 1_000_000 + turn))
                office.decide("REVIEWER1", request_id, office.decision_input(request_id, "approve"))
            office.session.rollback()
            process = PROCESSES.Process(target=work, args=(place, point, moment + MINUTE))
            process.start()
            process.join(PATIENCE)
            report.note(point)
            if process.exitcode != -signal.SIGKILL:
                report.add_violation(f"{point}: the worker ended with {process.exitcode}")
            _come_back(office, moment + MINUTE + LEASE + timedelta(seconds=1))
            report.violations += [
                f"{point}: {line}" for line in _faults(office, who, request_id, title, turn)
            ]
            if report.violations:
                break  # a request that is still open keeps the next one out
        office.close()
    return report


def _come_back(office: Office, moment: datetime) -> None:
    """Another worker, once the lease of the dead one has expired."""
    with clock.frozen_at(moment):
        drain(office.session, JobContext(office.storage, ADDRESS))


def _faults(office: Office, who: int, request_id: int, title: str, turn: int) -> list[str]:
    request = office.request(request_id)
    person = office.account(who).person
    effects = (Event.request_id == request_id, Event.verb == "take_effect")
    counted = {
        "effects": office.count(Event, *effects),
        "notices": office.count(Notice, Notice.request_id == request_id, Notice.title.endswith("已通过")),
        "editions": office.count(Edition) / turn,
    }
    found = [f"{many} {name}" for name, many in counted.items() if many != 1]
    if (request.state, person.title) != ("approved", title):
        found.append(f"request is {request.state}, the register says {person.title}")
    left = office.session.scalars(select(Outbox.key).where(Outbox.done_at.is_(None))).all()
    return found + [f"{key} is left" for key in left] + check_invariants(office.session, office.storage)
