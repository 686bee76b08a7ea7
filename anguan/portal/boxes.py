"""The inputs of a draft, in the shape that the form macros draw."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import url_for
from sqlalchemy.orm import Session

from anguan.desk.drafts import Draft
from anguan.desk.photos import findings_of
from anguan.gate import forms
from anguan.grammar.field import Field
from anguan.grammar.kinds import DocumentNumber, Kind, Photo
from anguan.models import Certificate, ChangeItem, Enterprise
from anguan.portal.photo_slot import Earlier, earlier_photos
from anguan.records.cells import Cell
from anguan.records.vocabulary import Fact, fact

RADIO = 3
NONE = "无"


@dataclass
class Box(forms.Field):
    """One input. `optional_word` False leaves out （选填） where a choice is no question at all."""

    optional_word: bool = True


@dataclass(frozen=True)
class Pair:
    """One asked fact: what stands now, the input for what it shall become, and which places follow.

    Without a `box` the fact is not open for change, and `after` stands as text. `secret` is a number that
    is shown in part; `before_photo` and `after_photo` are addresses of pictures.
    """

    path: str
    label: str
    before: str
    after: str
    box: Box | None
    also: tuple[str, ...] = ()
    note: str = ""
    secret: bool = False
    revealed: bool = False
    before_photo: str = ""
    after_photo: str = ""
    removable: int = 0
    warnings: tuple[str, ...] = ()
    again: tuple[Earlier, ...] = ()


def draw_pair(
    session: Session, draft: Draft, field: Field, error: str, cells: Sequence[Cell], revealed: bool
) -> Pair:
    """One asked fact of the draft."""
    known, kind = fact(field.path), field.resolved
    stands = draft.dossier.before(field.path)
    item = f"field:{field.path}"
    open_ = draft.reopened(item)
    pair = Pair(
        field.path,
        field.label,
        show(session, known, stands, revealed),
        show(session, known, draft.dossier.asked(field.path), True),
        draw_box(session, draft, field, error) if open_ else None,
        also_words(session, field.path, cells),
        draft.flagged.get(item, ""),
        is_secret(kind),
        revealed,
    )
    return _with_pictures(session, draft, field, pair) if isinstance(kind, Photo) else pair


def draw_box(session: Session, draft: Draft, field: Field, error: str) -> Box:
    """The input for one field, with what was typed, as typed."""
    kind = field.resolved
    stands = "" if field.mode == "answered" else draft.dossier.before(field.path)
    typed = draft.typed.get(field.path, stands)
    if is_secret(kind) and typed == stands:
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
        attributes["data-url"] = url_for("portal.find_enterprises")
    if control == "photo":
        attributes["accept"] = "image/*"
    if is_secret(kind) and stands:
        hint = f"{hint}。没有变化的不用填" if hint else "没有变化的不用填"
    if control == "text":
        attributes["placeholder"] = f"请输入{'' if field.mode == 'answered' else '变更后'}{field.label}"
    return Box(
        field.path,
        field.label,
        control,
        hint,
        typed,
        error,
        field.required and not (is_secret(kind) and stands) and not (control == "photo" and typed),
        kind.width,
        attributes,
        options,
        _none_word(kind, options),
    )


def is_secret(kind: Kind) -> bool:
    """The number of a document: shown in part, even to its holder, until he asks for the whole."""
    return isinstance(kind, DocumentNumber)


def show(session: Session, known: Fact, canonical: str, whole: bool = False) -> str:
    """A fact in words; a number of a document only in part unless the `whole` is asked for."""
    if not canonical or isinstance(known.kind, Photo):
        return ""
    if is_secret(known.kind) and not whole:
        return known.kind.conceal(canonical)
    return known.text(session, canonical)


def also_words(session: Session, path: str, cells: Sequence[Cell | ChangeItem]) -> tuple[str, ...]:
    """The other places that follow a changed fact, as a person calls them."""
    words = []
    for cell in cells:
        if cell.follows != path or not cell.changed:
            continue
        certificate = session.get(Certificate, cell.certificate_id) if cell.certificate_id else None
        words.append(name_certificate(certificate) if certificate else "个人信息")
    return tuple(dict.fromkeys(words))


def name_certificate(certificate: Certificate) -> str:
    """B-项目负责人 水安B20240000123."""
    return f"{certificate.kind} {certificate.number or certificate.paper_number or ''}".strip()


def add_found(box: Box, rows: Sequence[Enterprise], words: str) -> Box:
    """The input with the firms that a search found."""
    found = tuple((str(row.id), row.name) for row in rows)
    known = tuple(option for option in box.options if option not in found)
    if not words:
        return replace(box, error="请输入名称中的几个字，再点“查找”")
    if not found:
        return replace(box, error=f"没有找到名称含“{words}”的单位，换几个字试试")
    return replace(box, options=(*known, *found), hint=f"找到 {len(found)} 个，请从上面的列表里选择一个")


def _chosen(session: Session, typed: str) -> tuple[tuple[str, str], ...]:
    enterprise = session.get(Enterprise, int(typed)) if typed.isascii() and typed.isdigit() else None
    return ((str(enterprise.id), enterprise.name),) if enterprise else ()


def _none_word(kind: Kind, options: Sequence[tuple[str, str]]) -> str:
    if any(NONE in option for option in options):
        return NONE
    return str(getattr(kind, "none_word", ""))


def _with_pictures(session: Session, draft: Draft, field: Field, pair: Pair) -> Pair:
    """Photos are looked at, not read: where the pictures of a photo field are, and what the checks said."""
    stands, wanted = draft.dossier.before(field.path), draft.typed.get(field.path, "")
    certificate = draft.request.certificate
    before = after = ""
    if stands and certificate is not None:
        before = url_for("portal.certificate_photo", id=certificate.id)
    elif stands:
        before = url_for("portal.photo")
    removable = 0
    for row in draft.request.attachments:
        if row.material == field.path and row.file.sha256 == wanted:
            after, removable = url_for("portal.file", attachment=row.id), row.id
    return replace(
        pair,
        before_photo=before,
        after_photo=after,
        removable=removable,
        warnings=tuple(sentence for _, sentence in findings_of(session, wanted)) if after else (),
        again=earlier_photos(session, draft, wanted),
    )
