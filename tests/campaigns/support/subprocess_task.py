"""One task in a process of its own, so that it can die at a crash point as by a power cut.

Each step is reported to the waiting process only after it has committed: what was reported must stay.
"""

import os
from dataclasses import dataclass
from multiprocessing.connection import Connection

from anguan.services.requests import attachments
from anguan.services.review.decisions import DecisionInput
from tests.campaigns.support.office import Office, Place

ATTACH, SUBMIT, DECIDE = "attach", "submit", "decide"
POINTS = {
    ATTACH: (
        *("after_temp", "after_fsync", "after_rename", "after_dirsync", "before_insert", "after_insert"),
        *("after_attach", "before_commit", "after_commit", "before_answer"),
    ),
    SUBMIT: ("after_locks", "before_commit", "after_commit", "before_answer"),
    DECIDE: ("after_decision", "after_amend", "before_commit", "after_commit", "before_answer"),
}
SLOT = "title_proof"
KEY = "the form"


@dataclass(frozen=True)
class SubprocessTask:
    """What to do: the steps in their order, about one request of one account."""

    account_id: int
    request_id: int
    steps: tuple[str, ...]
    paper: bytes = b""
    decision_input: DecisionInput | None = None


def do(office: Office, task: SubprocessTask, step: str) -> None:
    """One step of the task."""
    if step == ATTACH:
        account = office.account(task.account_id)
        attachments.attach(
            office.session, office.storage, account, task.request_id, SLOT, task.paper, "职称证书.jpg"
        )
    elif step == SUBMIT:
        office.submit(task.account_id, task.request_id, f"{KEY} {task.request_id}")
    elif task.decision_input is not None:
        office.decide("REVIEWER1", task.request_id, task.decision_input)


def run(place: Place, task: SubprocessTask, step_to_die: str, point: str, line: Connection) -> None:
    """Entry point of a child process that dies in one step at one point, if the point is reached."""
    office = Office(place)
    for step in task.steps:
        os.environ["ANGUAN_KILL_AT"] = point if step == step_to_die else ""
        do(office, task, step)
        line.send(step)
    office.close()
