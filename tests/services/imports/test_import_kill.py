"""kill -9 of the worker at each step of an import: nothing, or all of it once when another continues."""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from itertools import zip_longest

import pytest
from sqlalchemy import func, select

from anguan.core import clock
from anguan.models import Account, Employment, Event, ImportBatch, ImportedRow, Outbox, Person
from anguan.services.imports import batches
from anguan.services.imports.tables.inspection import inspect_table
from anguan.worker.context import JobContext
from anguan.worker.imports import LEASE
from anguan.worker.loop import drain
from tests.campaigns.support.office import Office, Place, fresh_office
from tests.campaigns.support.race import PATIENCE, PROCESSES
from tests.support.imports import CLERK, PEOPLE, csv_file, person

ADDRESS = "http://127.0.0.1:5000"
MADE = (Person, Account, Employment)
COUNT = 12
CHECKING = ("import_judged", "before_commit:3", "after_commit:3")
RUNNING = ("import_understood", "import_written", "before_commit:3", "after_commit:3")
UNDOING = ("import_undoing", "before_commit:2", "after_commit:2")
"""Commit 1 is the lease, 2 the progress; a revert has none. Then comes the work, in one."""


def work(place: Place, point: str) -> None:
    """A worker that dies at a crash point."""
    os.environ["ANGUAN_KILL_AT"] = point
    office = Office(place)
    drain(office.session, JobContext(office.storage, ADDRESS))
    office.close()


def die(office: Office, point: str) -> None:
    """Let a worker begin, and die."""
    office.session.rollback()
    process = PROCESSES.Process(target=work, args=(office.place, point))
    process.start()
    process.join(PATIENCE)
    assert process.exitcode == -signal.SIGKILL, point


def come_back(office: Office) -> None:
    """Another worker, once the lease of the dead one has expired."""
    with clock.frozen_at(clock.now() + LEASE + timedelta(seconds=1)):
        drain(office.session, JobContext(office.storage, ADDRESS))
    office.session.rollback()
    assert not office.session.scalars(select(Outbox).where(Outbox.done_at.is_(None))).all()


def counts(office: Office) -> list[int]:
    """Numbers of people, accounts, employments and provenance rows."""
    office.session.rollback()
    tables = (*MADE, ImportedRow)
    return [office.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def state(office: Office, key: int) -> str:
    """The state of the batch."""
    office.session.rollback()
    return office.session.get_one(ImportBatch, key, populate_existing=True).state


@pytest.fixture
def office(kind: str) -> Iterator[Office]:
    with fresh_office(kind) as opened:
        yield opened


def test_after_a_killed_worker_nothing_is_half_done(office: Office) -> None:
    """Each batch loses up to three workers, one at each step, until every point was met."""
    firm = office.session.scalar(select(Account.login).where(Account.role == "enterprise"))
    before = counts(office)
    after = [*(count + COUNT for count in before[:3]), 3 * COUNT]
    for turn, points in enumerate(zip_longest(CHECKING, RUNNING, UNDOING), start=1):
        checking, running, undoing = points
        lines = csv_file(PEOPLE, *(person(turn * COUNT + n, firm or "") for n in range(COUNT)))
        office.session.rollback()
        clean = inspect_table(lines, "名单.csv")
        key = batches.begin(office.session, office.storage, CLERK, "people", clean).id
        if checking:
            die(office, checking)
            assert counts(office) == before
        come_back(office)
        assert state(office, key) == "checked"
        batches.start(office.session, CLERK, key)
        if running:
            die(office, running)
            assert counts(office) == (after if running == "after_commit:3" else before), running
        come_back(office)
        assert (state(office, key), counts(office)) == ("done", after), points
        batches.start_undo(office.session, CLERK, key)
        if undoing:
            die(office, undoing)
            assert counts(office) == (before if undoing == "after_commit:2" else after), undoing
        come_back(office)
        assert (state(office, key), counts(office)) == ("undone", before), points
        for verb in ("import", "import_undo"):
            asked = select(func.count()).where(Event.verb == verb)
            assert office.session.scalar(asked) == turn, points
