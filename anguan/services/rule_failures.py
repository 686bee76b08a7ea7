"""Records rules that raised an exception during submission or decision, for the doctor command."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.core.check_result import CheckResult
from anguan.infra.events import SYSTEM, record_event
from anguan.models import ChangeRequest, Event

VERB: Final = "rule_failed"


def record_failures(session: Session, request: ChangeRequest, findings: Iterable[CheckResult]) -> None:
    """Record one event per failed rule of this request, once, inside the caller's transaction.

    Read-only pages run the same rules, but only log the exception and write nothing.
    """
    failed = {finding.rule: finding for finding in findings if finding.failed}
    if not failed:
        return
    known = set(
        session.scalars(select(Event.after).where(Event.request_id == request.id, Event.verb == VERB))
    )
    for code, finding in failed.items():
        if code not in known:
            sentence = f"{finding.sentence}。{finding.evidence}"
            record_event(session, VERB, sentence, SYSTEM, request=request, after=code)
