"""What the portal adds to the inputs of a draft: the slot of a photo, results of an enterprise search."""

from collections.abc import Sequence
from dataclasses import replace

from flask import url_for
from sqlalchemy.orm import Session

from anguan.core.field import Field
from anguan.models import Attachment, Enterprise
from anguan.portal.requests.upload_fields import photo_slot
from anguan.services.requests.drafts import Draft
from anguan.web.forms import FormField


def add_search_result(made: FormField, rows: Sequence[Enterprise], words: str) -> FormField:
    """The input with the enterprises that a search found."""
    made = replace(made, unchanged=False)
    found = tuple((str(row.id), row.name) for row in rows)
    known = tuple(option for option in made.options if option not in found)
    if not words:
        return replace(made, error="请输入名称中的几个字，再点“查找”")
    if not found:
        return replace(made, error=f"没有找到名称含“{words}”的单位，换几个字试试")
    return replace(made, options=(*known, *found), hint=f"找到 {len(found)} 个，请从上面的列表里选择一个")


def add_photo_slot(
    session: Session, draft: Draft, field: Field, made: FormField, again: Sequence[Attachment]
) -> FormField:
    """The photo field with the URL of the registered photo and its upload slot."""
    before, certificate = "", draft.request.certificate
    if draft.dossier.before(made.name):
        before = url_for("portal.photo")
        if certificate is not None:
            before = url_for("portal.certificate_photo", id=certificate.id)
    return replace(made, before_photo=before, slot=photo_slot(session, draft, field, made.error, again))
