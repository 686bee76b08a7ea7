"""Requests judged before the transaction that decides them, and whether a judgement still holds inside it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from anguan.core import clock
from anguan.domain.policies import Policies, load_policies
from anguan.models import Attachment, ChangeRequest, StaleFindings, StoredFile
from anguan.services.review.review_view import ReviewView, load_review, round_attachments

Documents = frozenset[tuple[str, str]]
"""Material and hash of each document of a round."""
_LOADED = (
    selectinload(ChangeRequest.items),
    selectinload(ChangeRequest.attachments),
    selectinload(ChangeRequest.values),
)


@dataclass(frozen=True)
class Judgement:
    """What a reviewer decides on, with the state of everything that it rests on.

    `marks` are those that triggers write when something changes that a rule reads; the worker deletes them
    and then changes `judged_at`. `policies` is replaced by another object when any setting changes.
    `files` says whether each file of the round is intact, where an approval needs it.
    """

    view: ReviewView
    version: int
    judged_at: datetime | None
    marks: frozenset[int]
    policies: Policies
    day: date
    documents: Documents
    files: Mapping[str, bool] = field(default_factory=dict)


def judge(session: Session, request_id: int) -> Judgement | None:
    """Read and judge a request before the transaction that decides it; None when there is none."""
    return judge_all(session, (request_id,)).get(request_id)


def judge_all(session: Session, request_ids: Collection[int]) -> dict[int, Judgement]:
    """Read and judge several requests, by id; begins a new read transaction, so that nothing is old."""
    session.rollback()
    # Read first: what changes after this leaves a new mark, whichever of the following statements sees it.
    marks = _marks(session, request_ids)
    policies, day = load_policies(session), clock.today()
    wanted = select(ChangeRequest).where(ChangeRequest.id.in_(request_ids)).options(*_LOADED)
    return {
        request.id: Judgement(
            load_review(session, request),
            request.version,
            request.judged_at,
            marks[request.id],
            policies,
            day,
            frozenset((row.material, row.file.sha256) for row in round_attachments(request)),
        )
        for request in session.scalars(wanted).all()
    }


def still_holds(session: Session, request: ChangeRequest, judged: Judgement) -> bool:
    """True when judging again would give the same; the request is locked, in the transaction that decides."""
    return (
        (request.version, request.judged_at) == (judged.version, judged.judged_at)
        and load_policies(session) is judged.policies
        and clock.today() == judged.day
        and _marks(session, (request.id,))[request.id] == judged.marks
        and _documents(session, request) == judged.documents
    )


def _marks(session: Session, request_ids: Collection[int]) -> Mapping[int, frozenset[int]]:
    found: dict[int, set[int]] = {request_id: set() for request_id in request_ids}
    rows = select(StaleFindings.request_id, StaleFindings.id)
    for request_id, mark in session.execute(rows.where(StaleFindings.request_id.in_(request_ids))):
        found[request_id].add(mark)
    return {request_id: frozenset(marks) for request_id, marks in found.items()}


def _documents(session: Session, request: ChangeRequest) -> Documents:
    rows = session.execute(
        select(Attachment.material, StoredFile.sha256)
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .where(Attachment.request_id == request.id, Attachment.round == request.round)
    )
    return frozenset((material, sha256) for material, sha256 in rows)
