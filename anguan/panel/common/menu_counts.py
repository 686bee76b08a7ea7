"""Numbers beside the entries of the menu: what waits for this member of staff, counted in one statement."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import Session

from anguan.domain.region_scope import in_region
from anguan.domain.review_permissions import REVIEWERS, is_filed, is_reviewable_by, is_waiting
from anguan.models import Account, Audit, Base, CertificateJob, ChangeRequest, NumberClaim

MOST = 99
"""More than this many are not counted."""
Conditions = Callable[[Account], Sequence[ColumnElement[bool]]]


def _to_review(account: Account) -> Sequence[ColumnElement[bool]]:
    mine = [is_reviewable_by(account)] if account.role in REVIEWERS else []
    return [*is_waiting(), *is_filed(None), *mine]


def _to_compare(account: Account) -> Sequence[ColumnElement[bool]]:
    """Administrators read claims to reset an account; none waits for them."""
    return [NumberClaim.state == "open", *([false()] if account.role == "administrator" else [])]


COUNTED: Mapping[str, tuple[type[Base], Conditions]] = {
    "panel_queue": (ChangeRequest, _to_review),
    "panel_audit": (Audit, lambda account: [Audit.account_id == account.id, Audit.done_at.is_(None)]),
    "panel_number_claim": (NumberClaim, _to_compare),
    "panel_certificate_job": (CertificateJob, lambda _: [CertificateJob.state == "failed"]),
}
"""Endpoints of the menu entries with a number: the table, and which of its rows wait."""


def count_waiting(session: Session, account: Account, endpoints: Collection[str]) -> Mapping[str, int]:
    """How many wait behind each of these menu entries, at most MOST + 1, in one statement."""
    asked = [endpoint for endpoint in COUNTED if endpoint in endpoints]
    if not asked:
        return {}
    found = session.execute(select(*(_count(account, *COUNTED[endpoint]) for endpoint in asked))).one()
    return dict(zip(asked, found, strict=True))


def _count(account: Account, model: type[Base], conditions: Conditions) -> Any:
    inside = in_region(model, account.region)
    rows = select(model.__table__.c.id).where(*conditions(account), *inside).limit(MOST + 1).subquery()
    return select(func.count()).select_from(rows).scalar_subquery()


def format_count(count: int) -> str:
    """The number, or 99+; '' for none."""
    return "" if not count else f"{MOST}+" if count > MOST else f"{count}"
