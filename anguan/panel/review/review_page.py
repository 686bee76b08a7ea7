"""Template values of the page of one request."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from flask_login import current_user

from anguan.core import clock
from anguan.core.lifecycle import DECIDED, REJECT, RETURN, SUBMITTED
from anguan.domain.calendar import next_day_at, promised_day
from anguan.domain.review_permissions import REVIEWERS, explain_refusal
from anguan.extensions import db
from anguan.models import ChangeRequest
from anguan.panel.common.formatting import days_left, matter_titles
from anguan.panel.common.guard import current_account
from anguan.panel.requests.request_access import PURPOSES, adjacent_request, may_decide
from anguan.panel.review import review_presenter
from anguan.panel.review.claims import MORNING, claim_status, last_undoable
from anguan.panel.review.decision_form import DecisionForm, build_decision_form, read_decision, told
from anguan.panel.review.document_viewer import build_viewer
from anguan.services.requests.corrections import answered_corrections
from anguan.services.requests.notes import list_notes
from anguan.services.review.document_reads import document_titles, unread_required
from anguan.services.review.last_visit import compare_with_earlier_round
from anguan.services.review.review_view import ReviewView


def build_review_page(
    found: ChangeRequest,
    review: ReviewView,
    form: Mapping[str, str] | None,
    ticked: list[str],
    open_numbers: bool,
    broken: Collection[str] = (),
) -> dict[str, Any]:
    """The values for the template."""
    closed = found.state not in (SUBMITTED, DECIDED)
    place = (found.due_at, found.id)
    deciding = may_decide(found)
    waits = found.state == SUBMITTED
    reviewing = current_user.role in REVIEWERS
    decisions = review_presenter.standing_decisions(found.decisions)
    compared = compare_with_earlier_round(db.session, current_account(), review)
    return {
        "found": found,
        "review": review,
        "decision_form": preview(build_decision_form(db.session, review, form, ticked), form),
        "lines": review_presenter.build_lines(review, open_numbers, closed),
        "findings": review_presenter.build_check_results(review),
        "documents": build_viewer(review, broken, compared),
        "events": review_presenter.history_of(db.session, current_user, found),
        "others": review_presenter.other_requests(db.session, current_user, found),
        "titles": matter_titles(db.session),
        "decisions": decisions,
        "undone": [one for one in reversed(found.decisions) if one.undone_at is not None],
        "corrections": answered_corrections(found, review.matter),
        "before": [one for one in reversed(decisions) if is_earlier_step(found, one)],
        "deciding": deciding,
        "claim_status": claim_status(found) if reviewing else None,
        "why_not": explain_refusal(db.session, current_account(), found) if waits and not deciding else "",
        "early": waits and found.ready_at is not None and found.ready_at > clock.now(),
        "drifted": review.drifted and not closed,
        "final": [result for result in review.blocks if result.final],
        "closed": closed,
        "left": days_left(found.due_at),
        "promised": promised_day(found.due_at) if found.due_at else "",
        "before_this": adjacent_request(place, -1) if not closed else None,
        "after_this": adjacent_request(place, 1) if not closed else None,
        "delta": review_presenter.mask_comparison(compared),
        "paper_titles": document_titles(review.matter),
        "unseen": unread_required(db.session, current_account(), found) if deciding else [],
        "last": last_undoable() if reviewing else None,
        "snooze_until": next_day_at(db.session, MORNING) if deciding else None,
        "open_numbers": open_numbers,
        "notes": list_notes(db.session, current_account(), found),
        "writes_notes": reviewing,
        "purposes": PURPOSES,
        "group": review_presenter.group,
        "is_senior": current_user.role == "senior_reviewer",
    }


def is_earlier_step(found: ChangeRequest, decision: Any) -> bool:
    """True for a decision of this round at an earlier step."""
    return bool(decision.round == found.round and decision.step < found.step)


def preview(entered: DecisionForm, form: Mapping[str, str] | None) -> DecisionForm:
    """Preview of what the applicant would read, for browsers without a script."""
    verdict = (form or {}).get("preview", "")
    if form is None or verdict not in (RETURN, REJECT):
        return entered
    decision = read_decision(entered, form, verdict)
    said = told(entered, decision)
    if not said:
        said = [("总的说明" if verdict == RETURN else "原因", "还没有写")]
    return replace(entered, preview=said)


def unread_sentence(titles: list[str]) -> str:
    """Sentence that names the required documents not yet read."""
    return f"还有 {len(titles)} 份必看材料没有标为已看：{'、'.join(titles)}"
