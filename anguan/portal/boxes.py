"""The facts of a draft as its holder changes them: what stands, the input, the pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import url_for
from sqlalchemy.orm import Session

from anguan.desk.drafts import Draft
from anguan.gate.boxes import Box, also_words, draw_box, is_secret, show
from anguan.grammar.field import Field
from anguan.grammar.kinds import Photo
from anguan.models import Enterprise
from anguan.portal.photo_slot import Earlier, earlier_photos
from anguan.records.cells import FieldChange
from anguan.records.photos import findings_of, kept_photo
from anguan.records.vocabulary import fact


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
    session: Session, draft: Draft, field: Field, error: str, cells: Sequence[FieldChange], revealed: bool
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
        draw_box(session, draft, field, error, url_for("portal.find_enterprises")) if open_ else None,
        also_words(session, field.path, cells),
        draft.flagged.get(item, ""),
        is_secret(kind),
        revealed,
    )
    return _with_pictures(session, draft, field, pair) if isinstance(kind, Photo) else pair


def add_found(box: Box, rows: Sequence[Enterprise], words: str) -> Box:
    """The input with the firms that a search found."""
    found = tuple((str(row.id), row.name) for row in rows)
    known = tuple(option for option in box.options if option not in found)
    if not words:
        return replace(box, error="请输入名称中的几个字，再点“查找”")
    if not found:
        return replace(box, error=f"没有找到名称含“{words}”的单位，换几个字试试")
    return replace(box, options=(*known, *found), hint=f"找到 {len(found)} 个，请从上面的列表里选择一个")


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
        warnings=tuple(sentence for _, sentence in findings_of(kept_photo(session, wanted))) if after else (),
        again=earlier_photos(session, draft, wanted),
    )
