"""Data of the review page: requested and current values, check results, documents, digest."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.core.check_result import ALWAYS, FILING, OPENING, CheckResult, Outcome, passes
from anguan.core.matter import Matter
from anguan.domain.dossier import Dossier, load_certificates, open_dossier
from anguan.domain.field_changes import FieldChange
from anguan.domain.register_fields import register_field
from anguan.models import Attachment, Certificate, ChangeItem, ChangeRequest
from anguan.services.requests.drafts import ALTERNATIVE_PREFIX, definition


@dataclass(frozen=True)
class ReviewView:
    """Everything needed for a decision, and its digest, which the decision must carry.

    `rows` are the fields with their current value in the register; mirrored fields only when they differ.
    """

    request: ChangeRequest
    matter: Matter
    rows: tuple[FieldChange, ...]
    findings: tuple[CheckResult, ...]
    documents: Mapping[str, tuple[Attachment, ...]]
    digest: str

    @property
    def drifted(self) -> bool:
        """True when the register has changed since the request was filed."""
        return any(row.drifted for row in self.rows)

    @property
    def blocks(self) -> tuple[CheckResult, ...]:
        """Check results that only a senior reviewer may override, with a reason."""
        return tuple(finding for finding in self.findings if finding.outcome == Outcome.BLOCK)

    @property
    def item_labels(self) -> dict[str, str]:
        """Labels by item of what can be returned for correction: asked fields and documents."""
        labels = {
            f"field:{row.path}": row.label
            for row in self.rows
            if row.mode in ("asked", "answered") and not row.mirror_of
        }
        titles = self.matter.material_titles
        labels |= {f"paper:{code}": title for code, title in titles.items() if code in self.documents}
        return labels


def round_items(request: ChangeRequest) -> list[ChangeItem]:
    """Stored field changes of the present round."""
    return [item for item in request.items if item.round == request.round]


def round_changes(request: ChangeRequest) -> list[FieldChange]:
    """Field changes of the present round, for display."""
    return [FieldChange.of(item) for item in round_items(request)]


def round_attachments(request: ChangeRequest) -> list[Attachment]:
    """Documents of the present round."""
    return [row for row in request.attachments if row.round == request.round]


def dossier_of(session: Session, request: ChangeRequest) -> Dossier:
    """The dossier of a filed request, with the values it asks for."""
    asked = {
        item.path: item.after
        for item in round_items(request)
        if item.mode in ("asked", "answered") and not item.mirror_of and item.after is not None
    }
    choices = {
        value.name[len(ALTERNATIVE_PREFIX) :]: value.typed
        for value in request.values
        if value.name.startswith(ALTERNATIVE_PREFIX)
    }
    certificates = load_certificates(session, request.person_id)
    return open_dossier(
        session,
        definition(session, request),
        person=request.person,
        certificate=request.certificate,
        enterprise=request.enterprise,
        request=request,
        after=asked,
        attached=frozenset(row.material for row in round_attachments(request)),
        choices=choices,
        certificates=certificates,
    )


def current_value(session: Session, dossier: Dossier, item: ChangeItem) -> str:
    """Current value in the register of the item's field."""
    if item.mode == "answered":
        return item.before
    target = register_field(item.path)
    if item.certificate_id is not None:
        return target.read(session.get_one(Certificate, item.certificate_id))
    record = dossier.record(target.record)
    return target.read(record) if record is not None else ""


def load_review(session: Session, request: ChangeRequest) -> ReviewView:
    """Load everything needed to decide the request."""
    dossier = dossier_of(session, request)
    items = round_items(request)
    rows, seen = [], []
    for item in items:
        now = current_value(session, dossier, item)
        seen.append(f"{item.path}|{item.certificate_id}|{item.before}|{item.after}|{now}")
        if item.mirror_of:
            if now != item.before:
                rows.append(_row(dossier, item, now))
            continue
        mirrored = tuple(
            FieldChange.of(other) for other in items if other.mirror_of == item.path and other.changed
        )
        rows.append(replace(_row(dossier, item, now), mirrors=mirrored))
    documents: dict[str, tuple[Attachment, ...]] = {}
    for row in round_attachments(request):
        documents[row.material] = (*documents.get(row.material, ()), row)
        seen.append(f"{row.material}|{row.file.sha256}")
    seen.append(f"{request.id}|{request.round}|{request.step}|{request.version}")
    digest = hashlib.sha256("\n".join(seen).encode()).hexdigest()
    return ReviewView(request, dossier.matter, tuple(rows), run_checks(dossier), documents, digest)


def _row(dossier: Dossier, item: ChangeItem, now: str) -> FieldChange:
    return replace(FieldChange.of(item), current=now, current_text=_current_text(dossier, item, now))


def _current_text(dossier: Dossier, item: ChangeItem, now: str) -> str:
    if now == item.before:
        return item.before_text
    if item.mode == "answered":
        return now
    return register_field(item.path).text(dossier.session, now)


def run_checks(dossier: Dossier) -> tuple[CheckResult, ...]:
    """Run the rules that apply at decision; rules that apply only at filing are reported as passed."""
    found = []
    for rule in dossier.matter.rules:
        if rule.at == ALWAYS:
            found.append(rule(dossier))
        elif rule.at in (OPENING, FILING):
            checked = passes("提交时已核对")
            found.append(replace(checked, rule=rule.code, title=rule.title, proof=rule.proof))
    return tuple(found)


def file_of_request(session: Session, request: ChangeRequest, attachment_id: int) -> Attachment | None:
    """An attachment of this request, or None."""
    return session.scalar(
        select(Attachment).where(Attachment.id == attachment_id, Attachment.request_id == request.id)
    )
