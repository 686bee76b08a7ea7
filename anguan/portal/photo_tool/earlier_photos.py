"""Photos that the holder submitted before, offered for the photo field of a draft."""

from flask import url_for
from sqlalchemy.orm import Session

from anguan.core.clock import format_day
from anguan.domain.photos import PATHS
from anguan.models import Account
from anguan.services.requests.attachments import reusable_files
from anguan.services.requests.drafts import Draft
from anguan.web.forms import ReusableFile


def earlier_photos(session: Session, draft: Draft, wanted: str) -> tuple[ReusableFile, ...]:
    """The photos on record that can be used in the draft's photo field, except its current one."""
    path = next((field.path for field in draft.matter.asked if field.resolved.control == "photo"), "")
    account = session.get_one(Account, draft.request.filer_id)
    return tuple(
        ReusableFile(
            f"{path}:{row.id}",
            f"{format_day(row.added_at)}上传的照片",
            url_for("portal.file", attachment=row.id),
        )
        for row in reusable_files(session, account, *PATHS)
        if row.file.sha256 != wanted
    )
