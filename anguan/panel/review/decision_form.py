"""Decision form of the reviewer: its initial values, and what was typed when a decision is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from anguan.core.check_result import Outcome
from anguan.core.lifecycle import APPROVE, REJECT, RETURN
from anguan.core.record_ids import read_id
from anguan.panel.review.conflicts import questions
from anguan.panel.review.reason_suggestions import SuggestedReason, fill_reasons, join
from anguan.services.review.decisions import DecisionInput
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

    corrections: Sequence[CorrectionItem]
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
    session: Session, review: ReviewView, form: Mapping[str, str] | None, ticked: Sequence[str]
) -> DecisionForm:
    """The form for display: filled from the check results at first, afterwards with what was typed."""
    labels = review.item_labels
    doubts = _doubts(review, labels)
    flagged = doubts if form is None else ticked
    reasons = sorted(
        fill_reasons(session, review, form or {}),
        key=lambda reason: not set(flagged).intersection(reason.items),
    )
    corrections = []
    for item, label in labels.items():
        fitting = sorted(
            (reason for reason in reasons if not reason.items or item in reason.items),
            key=lambda reason: not reason.items,
        )
        if form is None:
            corrections.append(_alarm(item, label, fitting, doubts.get(item, "")))
            continue
        chosen = form.get(f"reason.{item}", "")
        known = chosen if any(reason.code == chosen for reason in fitting) else ""
        typed = form.get(f"remark.{item}", "")[:LONGEST]
        corrections.append(CorrectionItem(item, label, fitting, item in ticked, known, typed))
    form = form or {}
    entered = DecisionForm(
        corrections=sorted(corrections, key=lambda line: not line.ticked),
        reasons=reasons,
        chips=[reason for reason in reasons if not reason.items or labels.keys() & set(reason.items)][:CHIPS],
        reason=form.get("reason", ""),
        opinion=form.get("opinion", "")[:LONGEST],
        note=form.get("note", "")[:LONGEST],
        override=form.get("override", "")[:LONGEST],
        go_on=not form or form.get("go_on") == "1",
        opened=form.get("verdict", form.get("preview", "return" if ticked else "")),
        looked=form.get("unseen_ok") == "1",
    )
    return entered


def _alarm(item: str, label: str, fitting: Sequence[SuggestedReason], doubt: str) -> CorrectionItem:
    """An item ticked by a check result: the stored reason with the same words, else the words of the
    result."""
    same = next((reason.code for reason in fitting if doubt and reason.label == doubt), "")
    return CorrectionItem(item, label, fitting, bool(doubt), same, "" if same else doubt, bool(doubt))


def _doubts(review: ReviewView, labels: Mapping[str, str]) -> dict[str, str]:
    """Conflicts and failed checks, by the item that would prove them."""
    found = questions(review, labels)
    for result in review.findings:
        if result.outcome in ALARMING and result.proof:
            item = next((i for i in (f"paper:{result.proof}", f"field:{result.proof}") if i in labels), "")
            if item:
                found.setdefault(item, result.sentence)
    return found


def read_decision(entered: DecisionForm, form: Mapping[str, str], verdict: str) -> DecisionInput:
    """The decision entered in the form."""
    corrections = [line for line in entered.corrections if line.ticked] if verdict == RETURN else []
    remarks = {line.item: join(entered.said(line.reason), line.sentence)[:LONGEST] for line in corrections}
    opinion = entered.note
    if verdict == REJECT:
        opinion = join(entered.said(entered.reason), entered.opinion)[:LONGEST]
    return DecisionInput(
        verdict=verdict,
        seen_version=read_id(form.get("seen_version")) or 0,
        seen_digest=form.get("seen_digest", "")[:64],
        opinion="" if verdict == APPROVE else opinion,
        override=entered.override if verdict == APPROVE else "",
        remarks=remarks,
        reason=entered.reason if verdict == REJECT and entered.said(entered.reason) else "",
        reasons={line.item: line.reason for line in corrections if line.reason},
    )


def told(entered: DecisionForm, decision: DecisionInput) -> list[tuple[str, str]]:
    """What the applicant would read of a decision, and the reason of an override, as (title, text)."""
    labels = {line.item: line.label for line in entered.corrections}
    said = [(labels[item], text) for item, text in decision.remarks.items()]
    if decision.opinion:
        said.append(("总的说明" if decision.verdict == RETURN else "原因", decision.opinion))
    if decision.override:
        said.append(("强制通过的理由", decision.override))
    return said


def missing_fields(entered: DecisionForm, decision: DecisionInput) -> list[tuple[str, str]]:
    """Ticked items without a sentence and reasons with an empty blank, as (anchor, what to do)."""
    faults = [
        (f"remark.{line.item}", f"{line.label}：请选择理由或写明怎样补正")
        for line in entered.corrections
        if line.item in decision.remarks and not decision.remarks[line.item]
    ]
    for code in dict.fromkeys([*decision.reasons.values(), decision.reason]):
        said = entered.said(code)
        for blank in said.blanks if said else ():
            if not blank.value:
                faults.append((blank.field, f"理由“{said.label if said else ''}”：请填写空格"))
    return faults
