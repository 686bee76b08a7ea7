"""What changed since an earlier round (退回后的差异), shown first when a request comes back."""

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
class RoundComparison:
    """Differences between an earlier round and the present one; `seen` when the reader saw that round last.

    The `before` of a field is the value asked for then, its `after` the value asked for now.
    """

    round: int
    seen: bool
    fields: tuple[FieldChange, ...]
    added: tuple[Attachment, ...]
    removed: tuple[Attachment, ...]

    @property
    def replaced(self) -> dict[int, Attachment]:
        """For each added document the removed one of the same material whose place it takes, by id."""
        old: dict[str, list[Attachment]] = {}
        for row in self.removed:
            old.setdefault(row.material, []).append(row)
        return {row.id: old[row.material].pop(0) for row in self.added if old.get(row.material)}

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


def compare_with_earlier_round(
    session: Session, account: Account, view: ReviewView
) -> RoundComparison | None:
    """The differences since the round that this reader saw last, else since the round before; None in the
    first round."""
    visit = last_visit_of(session, account, view.request)
    seen = visit is not None and visit.round < view.request.round
    round_ = visit.round if visit is not None and seen else view.request.round - 1
    if round_ < 1:
        return None
    request = view.request
    then = {(i.path, i.certificate_id): i for i in request.items if i.round == round_}
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
    before = {row.content for row in request.attachments if row.round == round_}
    there = {row.content for row in request.attachments if row.round == request.round}
    return RoundComparison(
        round_,
        seen,
        fields,
        tuple(row for row in request.attachments if row.round == request.round and row.content not in before),
        tuple(row for row in request.attachments if row.round == round_ and row.content not in there),
    )


def _after_text(item: ChangeItem | None) -> str:
    return item.after_text if item is not None else ""


def _after(item: ChangeItem | None) -> str | None:
    return item.after if item is not None else None
