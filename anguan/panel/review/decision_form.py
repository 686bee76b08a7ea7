"""Decision form of the reviewer: its initial values, and what was typed when a decision is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from anguan.core.check_result import Outcome
from anguan.core.lifecycle import APPROVE, REJECT, RETURN
from anguan.panel.review.conflicts import questions
from anguan.panel.review.reason_suggestions import SuggestedReason, fill_reasons, join
from anguan.services.review.decisions import DecisionInput, item_labels
from anguan.services.review.review_view import ReviewView

LONGEST = 1000
CHIPS = 9
"""Number of reasons with a shortcut key of their own."""
ALARMING = (Outcome.BLOCK, Outcome.WARN)


@dataclass(frozen=True)
class CorrectionItem:
    """One item of 退回补正: what may be sent back, ticked or not, with its sentence.

    `alarmed` means that a check result ticked it and nobody has changed it yet.
    """

    item: str
    label: str
    reasons: Sequence[SuggestedReason]
    ticked: bool = False
    reason: str = ""
    sentence: str = ""
    alarmed: bool = False


@dataclass(frozen=True)
class DecisionForm:
    """Values of the decision form."""

    mends: Sequence[CorrectionItem]
    reasons: Sequence[SuggestedReason]
    chips: Sequence[SuggestedReason] = ()
    reason: str = ""
    opinion: str = ""
    note: str = ""
    override: str = ""
    go_on: bool = True
    opened: str = ""
    looked: bool = False
    preview: Sequence[tuple[str, str]] = field(default_factory=tuple)

    def said(self, code: str) -> SuggestedReason | None:
        """The reason with this code, if there is one."""
        return next((reason for reason in self.reasons if reason.code == code), None)


def build_decision_form(
    session: Session, sheet: ReviewView, form: Mapping[str, str] | None, ticked: Sequence[str]
) -> DecisionForm:
    """The form for display: filled from the check results at first, afterwards with what was typed."""
    reasons = fill_reasons(session, sheet, form or {})
    labels = item_labels(sheet)
    doubts = _doubts(sheet, labels)
    mends = []
    for item, label in labels.items():
        fitting = [reason for reason in reasons if reason.item in ("", item)]
        if form is None:
            mends.append(_alarm(item, label, fitting, doubts.get(item, "")))
            continue
        chosen = form.get(f"reason.{item}", "")
        known = chosen if any(reason.code == chosen for reason in fitting) else ""
        typed = form.get(f"remark.{item}", "")[:LONGEST]
        mends.append(CorrectionItem(item, label, fitting, item in ticked, known, typed))
    form = form or {}
    desk = DecisionForm(
        mends=sorted(mends, key=lambda mend: not mend.ticked),
        reasons=reasons,
        chips=_choose_chips(reasons, labels, doubts),
        reason=form.get("reason", ""),
        opinion=form.get("opinion", "")[:LONGEST],
        note=form.get("note", "")[:LONGEST],
        override=form.get("override", "")[:LONGEST],
        go_on=not form or form.get("go_on") == "1",
        opened=form.get("verdict", form.get("preview", "return" if ticked else "")),
        looked=form.get("unseen_ok") == "1",
    )
    return desk


def _alarm(item: str, label: str, fitting: Sequence[SuggestedReason], doubt: str) -> CorrectionItem:
    """An item ticked by a check result: the stored reason with the same words, else the words of the
    result."""
    same = next((reason.code for reason in fitting if doubt and reason.label == doubt), "")
    return CorrectionItem(item, label, fitting, bool(doubt), same, "" if same else doubt, bool(doubt))


def _doubts(sheet: ReviewView, labels: Mapping[str, str]) -> dict[str, str]:
    """Conflicts and failed checks, by the item that would prove them."""
    found = questions(sheet, labels)
    for finding in sheet.findings:
        if finding.outcome in ALARMING and finding.proof:
            item = next((i for i in (f"paper:{finding.proof}", f"field:{finding.proof}") if i in labels), "")
            if item:
                found.setdefault(item, finding.sentence)
    return found


def _choose_chips(
    reasons: Sequence[SuggestedReason], labels: Mapping[str, str], doubts: Mapping[str, str]
) -> Sequence[SuggestedReason]:
    """Reasons about items of this request, those that check results point to first."""
    fitting = [reason for reason in reasons if not reason.item or reason.item in labels]
    return sorted(fitting, key=lambda reason: reason.item not in doubts)[:CHIPS]


def read_decision(desk: DecisionForm, form: Mapping[str, str], verdict: str) -> DecisionInput:
    """The decision entered in the form."""
    version = form.get("seen_version", "")
    mends = [mend for mend in desk.mends if mend.ticked] if verdict == RETURN else []
    remarks = {mend.item: join(desk.said(mend.reason), mend.sentence)[:LONGEST] for mend in mends}
    opinion = desk.note
    if verdict == REJECT:
        opinion = join(desk.said(desk.reason), desk.opinion)[:LONGEST]
    return DecisionInput(
        verdict=verdict,
        seen_version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
        seen_digest=form.get("seen_digest", "")[:64],
        opinion="" if verdict == APPROVE else opinion,
        override=desk.override if verdict == APPROVE else "",
        remarks=remarks,
        reason=desk.reason if verdict == REJECT and desk.said(desk.reason) else "",
        reasons={mend.item: mend.reason for mend in mends if mend.reason},
    )


def missing_fields(desk: DecisionForm, ruling: DecisionInput) -> list[tuple[str, str]]:
    """Ticked items without a sentence and reasons with an empty blank, as (anchor, what to do)."""
    faults = [
        (f"remark.{mend.item}", f"{mend.label}：请选择理由或写明怎样补正")
        for mend in desk.mends
        if mend.item in ruling.remarks and not ruling.remarks[mend.item]
    ]
    for code in dict.fromkeys([*ruling.reasons.values(), ruling.reason]):
        said = desk.said(code)
        for blank in said.blanks if said else ():
            if not blank.value:
                faults.append((blank.field, f"理由“{said.label if said else ''}”：请填写空格"))
    return faults
