"""What changed since the reviewer's last visit (退回后的差异), shown first when a request comes back."""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.domain.field_changes import FieldChange
from anguan.infra.transaction import transaction
from anguan.models import Account, Attachment, ChangeItem, ChangeRequest, LastVisit
from anguan.services.review.review_view import ReviewView


@dataclass(frozen=True)
class ChangesSinceVisit:
    """Differences between the round that the reviewer saw and the present one.

    The `before` of a field is the value asked for then, its `after` the value asked for now.
    """

    round: int
    fields: tuple[FieldChange, ...]
    added: tuple[Attachment, ...]
    removed: tuple[Attachment, ...]

    @property
    def empty(self) -> bool:
        """True when the request was submitted again without a change."""
        return not (self.fields or self.added or self.removed)


def last_visit_of(session: Session, account: Account, request: ChangeRequest) -> LastVisit | None:
    """The reviewer's last visit to the request, with its round; None when there was none."""
    return session.scalar(
        select(LastVisit).where(LastVisit.request_id == request.id, LastVisit.account_id == account.id)
    )


def record_visit(session: Session, account: Account, request: ChangeRequest) -> None:
    """Record that the reviewer opened the request; one row per reviewer and request."""
    account_id, request_id, round_ = account.id, request.id, request.round
    try:
        with transaction(session):
            row = last_visit_of(session, account, request)
            if row is None:
                row = LastVisit(request_id=request_id, account_id=account_id, round=round_, at=clock.now())
                session.add(row)
            else:
                row.round, row.at = round_, clock.now()
    except IntegrityError:  # two pages of the same reviewer opened at once
        session.rollback()


def changes_since_last_visit(
    session: Session, account: Account, view: ReviewView
) -> ChangesSinceVisit | None:
    """The differences since the round the reviewer saw; None when they saw no earlier round."""
    visit = last_visit_of(session, account, view.request)
    if visit is None or visit.round >= view.request.round:
        return None
    request = view.request
    then = {(i.path, i.certificate_id): i for i in request.items if i.round == visit.round}
    now = {(i.path, i.certificate_id): i for i in request.items if i.round == request.round}
    fields = tuple(
        replace(
            FieldChange.of(item),
            before=_after(then.get(place)) or "",
            before_text=_after_text(then.get(place)),
        )
        for place, item in now.items()
        if not item.mirror_of and item.mode in ("asked", "answered") and _after(then.get(place)) != item.after
    )
    seen = {(row.material, row.file_id) for row in request.attachments if row.round == visit.round}
    there = {(row.material, row.file_id) for row in request.attachments if row.round == request.round}
    return ChangesSinceVisit(
        visit.round,
        fields,
        tuple(
            row
            for row in request.attachments
            if row.round == request.round and (row.material, row.file_id) not in seen
        ),
        tuple(
            row
            for row in request.attachments
            if row.round == visit.round and (row.material, row.file_id) not in there
        ),
    )


def _after_text(item: ChangeItem | None) -> str:
    return item.after_text if item is not None else ""


def _after(item: ChangeItem | None) -> str | None:
    return item.after if item is not None else None
