"""Stored reasons, filled in for one request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
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
    """A stored reason: `label` for lists, `text` as far as the register fills it, open blanks left as {…}.

    `items` are those that it is about; empty for all.
    """

    code: str
    items: Sequence[str]
    label: str
    text: str
    clause: str
    blanks: Sequence[Blank]

    @property
    def whole(self) -> str:
        """The full text that the applicant will read."""
        return fill(self.text, {blank.name: blank.value for blank in self.blanks})


def reasons_for(session: Session, review: ReviewView) -> list[Reason]:
    """Active reasons that fit the matter, the certificate kind, and an item that the matter asks for."""
    request, matter = review.request, review.matter
    kind = request.certificate.kind_code if request.certificate is not None else ""
    asked = {f"field:{field.path}" for field in matter.asked}
    asked |= {f"paper:{code}" for code in matter.material_titles}
    rows = select(Reason).where(Reason.retired.is_(False)).order_by(Reason.position, Reason.id)
    return [
        row
        for row in session.scalars(rows)
        if (not row.matters or request.matter in row.matters)
        and (not row.kinds or kind in row.kinds)
        and (not row.items or asked.intersection(row.items))
    ]


def fill_reasons(session: Session, review: ReviewView, typed: Mapping[str, str]) -> list[SuggestedReason]:
    """Every reason that fits the request, filled in as far as the register allows."""
    rows = reasons_for(session, review)
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
    return SuggestedReason(row.code, row.items, label, text, row.clause, blanks)


def compose(*parts: str) -> str:
    """Sentences joined with full stops, without one at the end."""
    return "。".join(part.strip("。 ") for part in parts if part.strip("。 "))


def join(reason: SuggestedReason | None, own: str) -> str:
    """The stored reason with its remedy, and what was typed in addition."""
    return compose(reason.whole if reason else "", own)
