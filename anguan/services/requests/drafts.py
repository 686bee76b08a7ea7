"""Reading of a draft: typed values, parsed values, errors, check results and materials."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from sqlalchemy.orm import Session

from anguan.core.check_result import ALWAYS, Cause, CheckResult, Outcome, blocks, strongest
from anguan.core.field import Field
from anguan.core.field_types import InvalidValue, PhotoHash, Reference
from anguan.core.lifecycle import DRAFT, RETURNED
from anguan.core.material import Material
from anguan.core.matter import Matter
from anguan.domain.dossier import Dossier, load_certificates, open_dossier
from anguan.domain.field_changes import FieldChange, field_changes_of
from anguan.domain.policies import policies_of
from anguan.domain.register_fields import REGISTER_FIELDS
from anguan.infra.idempotency import body_digest
from anguan.infra.printing import parse_printable
from anguan.matters.in_force import in_force
from anguan.models import Attachment, Certificate, ChangeRequest, Enterprise
from anguan.services.refusals import FormError
from anguan.services.requests import corrections
from anguan.services.requests.corrections import ANSWER_PREFIX, Correction, RoundContent

ALTERNATIVE_PREFIX = "instead."
UNCORRECTED = "还没有补正。请修改，或写明不用改的原因"
PAUSED = replace(
    blocks("本事项暂停受理，已填写的内容都会保留，请等恢复受理后再提交"),
    rule="matter.enabled",
    cause=Cause.SERVICE,
)
"""Prevents the submission of a draft whose matter the authority has paused."""


@dataclass(frozen=True)
class Draft:
    """A request while the filer works on it.

    `typed` holds the text of each input, `dossier.after` the parsed values, `misread` the errors of inputs
    that could not be parsed, `slots` the required materials with their files. The rules run when `findings`
    or `faults` are first read.
    """

    request: ChangeRequest
    matter: Matter
    dossier: Dossier
    typed: Mapping[str, str]
    slots: tuple["Slot", ...]
    misread: tuple[FormError, ...] = ()
    flagged: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def findings(self) -> tuple[CheckResult, ...]:
        """Results of the rules that apply now."""
        return tuple(rule(self.dossier) for rule in self.matter.rules if _counts(self.request, rule.at))

    @cached_property
    def faults(self) -> tuple[FormError, ...]:
        """Everything that prevents submission."""
        faults = [*self.misread]
        faults += [
            FormError(f"paper:{slot.material.code}", f"{slot.material.title}：还没有上传")
            for slot in self.slots
            if slot.material.required and not slot.files
        ]
        blocked = [found for found in self.findings if found.outcome == Outcome.BLOCK]
        if not self.matter.enabled and self.request.state == DRAFT:
            blocked.append(PAUSED)
        faults += [
            FormError(f"correction:{ANSWER_PREFIX}{one.remark.item}", f"{one.remark.label}：{UNCORRECTED}")
            for one in self.corrections
            if not one.done
        ]
        closed = strongest(found for found in blocked if found.cause)
        faults += [FormError(f"rule:{f.rule}", f.sentence) for f in blocked if not f.cause or f is closed]
        return tuple(faults)

    @cached_property
    def changes(self) -> list[FieldChange]:
        """Field changes of the draft, in the order of the page."""
        return field_changes_of(self.dossier)

    def typed_over(self, typed: Mapping[str, str]) -> "Draft":
        """The same draft with inputs as they were typed, not saved; an empty masked one is as it was."""
        masked = {field.path for field in self.matter.asked if field.resolved.sensitive}
        own = {name: text for name, text in typed.items() if text.strip() or name not in masked}
        return replace(self, typed={**self.typed, **own})

    @cached_property
    def corrections(self) -> tuple[Correction, ...]:
        """The flagged items of the return that stands, each changed, explained, or neither."""
        decision = corrections.standing_return(self.request) if self.request.state == RETURNED else None
        if decision is None:
            return ()
        coming = [row for row in self.request.attachments if row.round == working_round(self.request)]
        now = RoundContent(self.dossier.after, corrections.files_of(coming))
        before = corrections.content_of(self.request, decision.round)
        return corrections.compare_rounds(decision.remarks, self.matter, before, now)

    def reopened(self, item: str) -> bool:
        """True when this field or material may be changed; after a return only flagged items may."""
        return self.request.state == DRAFT or item in self.flagged


@dataclass(frozen=True)
class Slot:
    """A required material. `instead_of` names the material that a chosen alternative set replaces."""

    material: Material
    files: tuple[Attachment, ...]
    instead_of: Material | None = None


def definition(session: Session, request: ChangeRequest) -> Matter:
    """The matter in the version this request is bound to: the newest for a draft never submitted.

    A retired dictionary entry that the request already asks for may still be chosen.
    """
    version = request.definition if request.round else None
    asked = {item.after for item in request.items if item.after} if request.round else set()
    return in_force(session, request.matter, version, policies_of(session, request), asked)


def working_round(request: ChangeRequest) -> int:
    """The round of the attachments being worked on: the coming one while the filer edits."""
    return request.round + 1 if request.state in (DRAFT, RETURNED) else request.round


def reopened(request: ChangeRequest, matter: Matter, item: str) -> bool:
    """True when this field or material may be changed; after a return only flagged items may."""
    return request.state == DRAFT or corrections.reopened(request, matter, item)


def read_draft(
    session: Session, request: ChangeRequest, certificates: tuple[Certificate, ...] | None = None
) -> Draft:
    """Read the draft without changing anything; `certificates` of the person, if they are loaded already."""
    matter = definition(session, request)
    typed = {value.name: value.typed for value in request.values} | corrections.answers_of(request)
    files = [row for row in request.attachments if row.round == working_round(request)]
    choices = {
        name[len(ALTERNATIVE_PREFIX) :]: typed[name] for name in typed if name.startswith(ALTERNATIVE_PREFIX)
    }
    if certificates is None:
        certificates = load_certificates(session, request.person_id)
    dossier = open_dossier(
        session,
        matter,
        person=request.person,
        certificate=request.certificate,
        enterprise=request.enterprise,
        request=request,
        attached=frozenset(row.material for row in files),
        choices=choices,
        certificates=certificates,
    )
    after, faults = _understand(session, dossier, typed, files)
    dossier = replace(dossier, after=after)
    flagged = corrections.flagged_items(request, matter) if request.state == RETURNED else {}
    return Draft(request, matter, dossier, typed, _slots(dossier, files), tuple(faults), flagged)


def digest_of(draft: Draft) -> str:
    """Digest of what the confirmation page shows: values asked for, current values, documents, round."""
    parts = [(cell.path, f"{cell.certificate_id}|{cell.before}|{cell.after}") for cell in draft.changes]
    parts += [(slot.material.code, f"{row.file_id}|{row.turn}") for slot in draft.slots for row in slot.files]
    return body_digest([*parts, ("round", f"{draft.request.round}|{draft.matter.version}")])


def _counts(request: ChangeRequest, at: str) -> bool:
    # A filing window was met when the request was first submitted; a return does not check it again.
    return at == ALWAYS or request.state != RETURNED


def _understand(
    session: Session, dossier: Dossier, typed: Mapping[str, str], files: list[Attachment]
) -> tuple[dict[str, str], list[FormError]]:
    """Canonical values of the typed text, and an error for each input that cannot be parsed."""
    beside = {path: dossier.before(path) for path in REGISTER_FIELDS}
    after: dict[str, str] = {}
    faults: list[FormError] = []
    for wanted in dossier.matter.asked:
        stands = "" if wanted.mode == "answered" else dossier.before(wanted.path)
        try:
            value = stands
            if wanted.path in typed:
                value = parse_printable(wanted.resolved, typed[wanted.path], beside)
            _check(session, wanted, value, stands, files)
        except InvalidValue as invalid:
            faults.append(FormError(f"field:{wanted.path}", f"{wanted.label}：{invalid.sentence}"))
            continue
        if wanted.required and not value:
            faults.append(FormError(f"field:{wanted.path}", _ask_for(wanted)))
        after[wanted.path] = beside[wanted.path] = value
    filled = replace(dossier, after=after)
    shown = {f.path for f in dossier.matter.asked if f.when(filled)}
    return (
        {path: value for path, value in after.items() if path in shown},
        [fault for fault in faults if fault.anchor.removeprefix("field:") in shown],
    )


def _check(session: Session, wanted: Field, value: str, stands: str, files: list[Attachment]) -> None:
    kind = wanted.resolved
    if not value or value == stands:
        return
    if isinstance(kind, Reference) and session.get(Enterprise, int(value)) is None:
        raise InvalidValue("没有找到这个单位，请重新查找并从结果中选择")
    if isinstance(kind, PhotoHash) and not any(
        row.material == wanted.path and row.file.sha256 == value for row in files
    ):
        raise InvalidValue("照片没有上传成功，请重新上传")


def _ask_for(wanted: Field) -> str:
    control = wanted.resolved.control
    if control == "photo":
        return f"{wanted.label}：还没有上传"
    return f"请选择{wanted.label}" if control in ("choice", "reference") else f"请填写{wanted.label}"


def _slots(dossier: Dossier, files: list[Attachment]) -> tuple[Slot, ...]:
    slots = []
    for material in dossier.matter.materials:
        if not material.when(dossier):
            continue
        chosen = next(
            (s for s in material.alternatives if s.code == dossier.choices.get(material.code)), None
        )
        if chosen is None:
            slots.append(Slot(material, _files(files, material.code)))
        else:
            slots.extend(Slot(paper, _files(files, paper.code), material) for paper in chosen.materials)
    return tuple(slots)


def _files(files: list[Attachment], code: str) -> tuple[Attachment, ...]:
    return tuple(row for row in files if row.material == code)
