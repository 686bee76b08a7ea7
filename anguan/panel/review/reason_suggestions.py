"""Stored reasons, filled in for one request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from anguan.core.placeholders import fill, names_in
from anguan.domain.reason_blanks import LONGEST, values_for
from anguan.models import Reason
from anguan.services.review.review_view import ReviewView, dossier_of

EMPTY = "＿＿"


@dataclass(frozen=True)
class Blank:
    """A blank that the reviewer fills in, and what they have typed."""

    name: str
    field: str
    value: str


@dataclass(frozen=True)
class SuggestedReason:
    """A stored reason: `label` for lists, `text` as far as the register fills it, open blanks left as {…}."""

    code: str
    item: str
    label: str
    text: str
    clause: str
    blanks: Sequence[Blank]

    @property
    def whole(self) -> str:
        """The full text that the applicant will read."""
        return fill(self.text, {blank.name: blank.value for blank in self.blanks})


def reasons_for(session: Session, matter: str) -> list[Reason]:
    """Active reasons of this matter and of all matters."""
    return list(
        session.scalars(
            select(Reason)
            .where(or_(Reason.matter == "", Reason.matter == matter), Reason.retired.is_(False))
            .order_by(Reason.position, Reason.id)
        )
    )


def fill_reasons(session: Session, review: ReviewView, typed: Mapping[str, str]) -> list[SuggestedReason]:
    """Every reason of the matter, filled in as far as the register allows."""
    rows = reasons_for(session, review.request.matter)
    texts = [text for row in rows for text in (row.sentence, row.remedy) if "{" in text]
    values = values_for(dossier_of(session, review.request), *texts) if texts else {}
    return [_fill_reason(row, values, typed) for row in rows]


def _fill_reason(row: Reason, values: Mapping[str, str], typed: Mapping[str, str]) -> SuggestedReason:
    text = fill(compose(row.sentence, row.remedy, f"依据：{row.clause}" if row.clause else ""), values)
    names = [name for name in names_in(text) if name]
    blanks = tuple(
        Blank(name, f"blank.{row.code}.{name}", typed.get(f"blank.{row.code}.{name}", "").strip()[:LONGEST])
        for name in names
    )
    label = fill(fill(row.sentence, values), dict.fromkeys(names, EMPTY))
    return SuggestedReason(row.code, row.item, label, text, row.clause, blanks)


def compose(*parts: str) -> str:
    """Sentences joined with full stops, without one at the end."""
    return "。".join(part.strip("。 ") for part in parts if part.strip("。 "))


def join(reason: SuggestedReason | None, own: str) -> str:
    """The stored reason with its remedy, and what was typed in addition."""
    return compose(reason.whole if reason else "", own)
