"""Builds the inputs of a draft as form macros render them, for the portal and the panel."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from anguan.core.field import Field
from anguan.core.field_types import FieldType, InvalidValue
from anguan.core.record_ids import read_id
from anguan.domain.field_changes import FieldChange
from anguan.domain.masking import mask
from anguan.domain.register_fields import RegisterField
from anguan.models import Certificate, Enterprise
from anguan.services.requests.drafts import ALTERNATIVE_PREFIX, Draft
from anguan.web.forms import FormField

RADIO = 3
NONE = "无"


def build_field(
    session: Session, draft: Draft, field: Field, error: str, find_url: str = "", whole: bool = False
) -> FormField:
    """The input of one field with its typed value; `find_url` is the URL of the enterprise search.

    A sensitive value is left out of the input unless `whole`; an empty input keeps it.
    """
    kind = field.resolved
    stands = "" if field.mode == "answered" else draft.dossier.before(field.path)
    typed = draft.typed.get(field.path, stands)
    kept = kind.sensitive and bool(stands or typed)
    hidden = kind.mask(typed) if kept and typed != stands and not whole else ""
    if kind.sensitive and (hidden or typed == stands):
        typed = ""
    elif typed == stands and kind.control not in ("choice", "reference", "photo"):
        typed = kind.show(stands)
    options = tuple(getattr(kind, "options", ()))
    attributes = dict(kind.attributes)
    control, hint = kind.control, field.hint
    if control == "choice" and 0 < len(options) <= RADIO:
        control = "radio"
    if control == "reference":
        options = tuple(dict.fromkeys((*_chosen(session, typed), *_chosen(session, stands))))
        attributes["data-url"] = find_url
    if control == "photo":
        attributes["accept"] = "image/*"
    if kept:
        hint = "。".join(part for part in (hint, _say_kept(field.label, hidden, stands)) if part)
    if control == "text":
        attributes["placeholder"] = f"请输入{'' if field.mode == 'answered' else '变更后'}{field.label}"
    return FormField(
        field.path,
        field.label,
        control,
        hint,
        typed,
        error,
        field.required and not kept and not (control == "photo" and typed),
        kind.width,
        attributes,
        options,
        _none_word(kind, options),
    )


def format_value(session: Session, known: RegisterField, canonical: str, whole: bool = False) -> str:
    """A value in words; a sensitive one is masked unless `whole`."""
    if not canonical or known.kind.is_picture:
        return ""
    text = known.text(session, canonical)
    return text if whole else mask(known.path, canonical, text)


def format_typed(session: Session, kind: FieldType, typed: str) -> str:
    """A value as somebody else typed it, in words; sensitive ones masked."""
    if not typed:
        return "（空）"
    if kind.sensitive:
        return kind.mask(typed)
    if kind.control == "reference":
        return next((name for _, name in _chosen(session, typed)), typed)
    try:
        return kind.show(kind.parse(typed))
    except InvalidValue:
        return typed


def format_mirrors(session: Session, path: str, cells: Sequence[FieldChange]) -> tuple[str, ...]:
    """The other places that change with a field, in words."""
    words = []
    for cell in cells:
        if cell.mirror_of != path or not cell.changed:
            continue
        certificate = session.get(Certificate, cell.certificate_id) if cell.certificate_id else None
        words.append(name_certificate(certificate) if certificate else "个人信息")
    return tuple(dict.fromkeys(words))


def name_certificate(certificate: Certificate) -> str:
    """B-项目负责人 水安B20240000123."""
    return f"{certificate.kind} {certificate.number or certificate.paper_number or ''}".strip()


def build_alternatives(draft: Draft) -> tuple[FormField, ...]:
    """The choices between alternative sets of materials."""
    boxes = []
    for material in draft.matter.materials:
        if not material.alternatives or not material.when(draft.dossier):
            continue
        if not draft.reopened(f"paper:{material.code}"):
            continue
        boxes.append(
            FormField(
                f"{ALTERNATIVE_PREFIX}{material.code}",
                "提交哪些证明",
                "radio",
                "",
                draft.dossier.choices.get(material.code, ""),
                required=False,
                optional_word=False,
                options=(
                    ("", f"交{material.title}"),
                    *((other.code, other.title) for other in material.alternatives),
                ),
            )
        )
    return tuple(boxes)


def _say_kept(label: str, hidden: str, stands: str) -> str:
    """What happens when the input of a sensitive value stays empty; `hidden` is the masked typed value."""
    if not hidden:
        return "没有变化的不用填"
    back = f"；想改回原{label}，就填原{label}" if stands else ""
    return f"已填 {hidden}，不再改就不用填{back}"


def _chosen(session: Session, typed: str) -> tuple[tuple[str, str], ...]:
    id = read_id(typed)
    enterprise = session.get(Enterprise, id) if id else None
    return ((str(enterprise.id), enterprise.name),) if enterprise else ()


def _none_word(kind: FieldType, options: Sequence[tuple[str, str]]) -> str:
    if any(NONE in option for option in options):
        return NONE
    return str(getattr(kind, "none_word", ""))
