"""Files submitted before (从已有材料中选用), which every upload slot of a draft offers again."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, contains_eager

from anguan.domain.photos import PATHS
from anguan.domain.region_scope import in_region
from anguan.domain.review_permissions import REVIEWERS
from anguan.models import Account, Attachment, ChangeRequest
from anguan.services.requests.drafts import Draft

SHOWN = 5
"""Files offered in one slot, newest first."""
SEARCHED = 200

FilesOnRecord = Mapping[str, Sequence[Attachment]]
"""Attachments by slot."""


def files_on_record(session: Session, draft: Draft, limit: int = SHOWN) -> FilesOnRecord:
    """Files that fit each slot, submitted by the filer for the same material.

    The office is offered all that was submitted about the person in requests of its region.

    A photo of the person may be used for the certificate and the other way round.
    """
    account = session.get_one(Account, draft.request.filer_id)
    office = account.role in REVIEWERS
    query = (
        select(Attachment)
        .join(ChangeRequest, ChangeRequest.id == Attachment.request_id)
        .where(_on_record(account, draft.request), Attachment.round <= ChangeRequest.round)
        .options(contains_eager(Attachment.request))
        .order_by(Attachment.id.desc())
        .limit(SEARCHED)
    )
    photos = {field.path for field in draft.matter.asked if field.resolved.control == "photo"}
    papers = {slot.material.code: slot.material.accept for slot in draft.slots}
    if not office:
        query = query.where(Attachment.material.in_({*papers, *(PATHS if photos else ())}))
    rows = session.scalars(query).all()

    def fits(slot: str, row: Attachment) -> bool:
        if slot in photos or row.material in PATHS:
            return slot in photos and row.material in PATHS
        kind = "image" if row.file.mime.startswith("image/") else "pdf"
        return (office or row.material == slot) and kind in papers[slot]

    found: dict[str, Sequence[Attachment]] = {}
    for slot in (*papers, *photos):
        newest: dict[int, Attachment] = {}
        for row in rows:
            if fits(slot, row):
                newest.setdefault(row.file_id, row)
        found[slot] = list(newest.values())[:limit]
    return found


def _on_record(account: Account, request: ChangeRequest) -> ColumnElement[bool]:
    if account.role not in REVIEWERS:
        return ChangeRequest.filer_id == account.id
    return and_(ChangeRequest.person_id == request.person_id, *in_region(ChangeRequest, account.region))
