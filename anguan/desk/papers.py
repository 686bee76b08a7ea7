"""Papers on the filer's desk: attach, remove, use again what is on record."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.desk.drafts import Draft, Slot, read_draft, working_round
from anguan.desk.filing import own_request, put_values
from anguan.desk.move import hold
from anguan.desk.refusals import NotFound, Refused
from anguan.grammar import clock
from anguan.grammar.lifecycle import DRAFT, RETURNED
from anguan.grammar.trial import reach
from anguan.ledger.files import Storage, store
from anguan.ledger.inspection import Unacceptable, inspect, inspect_photo
from anguan.ledger.transaction import transaction
from anguan.models import Account, Attachment, ChangeRequest, StoredFile
from anguan.records.policy import policies


def attach(
    session: Session, storage: Storage, account: Account, request_id: int, slot: str, data: bytes, name: str
) -> Attachment:
    """Put one uploaded file into a slot: a material's code, or the path of a photo field.

    The file is inspected before the transaction and stored before its row; Refused says what is wrong.
    """
    request = own_request(session, account, request_id)
    draft = read_draft(session, request)
    photo = any(field.path == slot and field.resolved.control == "photo" for field in draft.matter.asked)
    wanted = None if photo else _slot(draft, slot)
    try:
        if wanted is None:
            policy = policies(session)
            clean = inspect_photo(data, name, min_width=policy.photo_width, min_height=policy.photo_height)
        else:
            most = wanted.material.limit_mb * 1024 * 1024
            clean = inspect(data, name, wanted.material.accept, max_bytes=most)
    except Unacceptable as unacceptable:
        raise Refused(unacceptable.sentence) from unacceptable
    with transaction(session):
        request = _table(session, account, request_id, slot, photo)
        row = store(session, storage, clean)
        attachment = place(session, request, slot, row, clean.name, replace=photo, at_most=_at_most(wanted))
        if photo:
            put_values(request, {slot: row.sha256})
        reach("after_attach")
    reach("before_answer")
    return attachment


def _at_most(slot: Slot | None) -> int:
    return 1 if slot is None else slot.material.at_most


def _slot(draft: Draft, code: str) -> Slot:
    for slot in draft.slots:
        if slot.material.code == code:
            return slot
    raise NotFound("没有这项材料")


def _table(session: Session, account: Account, request_id: int, slot: str, photo: bool) -> ChangeRequest:
    own_request(session, account, request_id)
    request = hold(session, request_id)
    if request.state not in (DRAFT, RETURNED):
        raise Refused("这件申请已经提交，不能再改材料；需要修改的，请先点“重新补充信息”")
    item = f"field:{slot}" if photo else f"paper:{slot}"
    if not read_draft(session, request).reopened(item):
        raise Refused("这项材料没有退回，不用修改")
    return request


def place(
    session: Session,
    request: ChangeRequest,
    slot: str,
    row: StoredFile,
    name: str,
    replace: bool = False,
    at_most: int = 10,
) -> Attachment:
    """Lay a stored file into a slot of the coming round; the same file twice is laid once."""
    coming = working_round(request)
    there = [a for a in request.attachments if a.round == coming and a.material == slot]
    for attachment in there:
        if attachment.file_id == row.id:
            return attachment
    if replace or (at_most == 1 and there):
        for attachment in there:
            request.attachments.remove(attachment)
            session.delete(attachment)
        there = []
    if len(there) >= at_most:
        raise Refused(f"这项材料最多上传 {at_most} 份，请先删除不要的再上传")
    attachment = Attachment(
        request_id=request.id,
        round=coming,
        material=slot,
        file_id=row.id,
        position=max((a.position for a in there), default=0) + 1,
        original_name=name,
        added_at=clock.now(),
    )
    session.add(attachment)
    request.changed_at = clock.now()
    session.flush()
    session.expire(request, ["attachments"])
    return attachment


def detach(session: Session, account: Account, request_id: int, attachment_id: int) -> None:
    """Take a file out of a slot of the coming round; frozen rounds keep theirs."""
    with transaction(session):
        own_request(session, account, request_id)
        row = session.scalar(
            select(Attachment).where(Attachment.id == attachment_id, Attachment.request_id == request_id)
        )
        if row is None:
            raise NotFound("没有这份材料")
        request = _table(session, account, request_id, row.material, "." in row.material)
        if row.round != working_round(request):
            raise NotFound("没有这份材料")
        if "." in row.material:
            put_values(request, {row.material: ""})
        session.delete(row)
        request.changed_at = clock.now()


def on_record(session: Session, account: Account, slot: str, limit: int = 5) -> list[Attachment]:
    """Files that this filer handed in before for the same paper, newest first."""
    rows = session.scalars(
        select(Attachment)
        .join(ChangeRequest, ChangeRequest.id == Attachment.request_id)
        .where(
            ChangeRequest.filer_id == account.id,
            Attachment.material == slot,
            Attachment.round <= ChangeRequest.round,
        )
        .order_by(Attachment.id.desc())
        .limit(50)
    )
    found: dict[int, Attachment] = {}
    for row in rows:
        found.setdefault(row.file_id, row)
    return list(found.values())[:limit]


def use_again(
    session: Session, account: Account, request_id: int, slot: str, attachment_id: int
) -> Attachment:
    """Lay a file that is on record into the same slot of this draft, by reference."""
    with transaction(session):
        earlier = {row.id: row for row in on_record(session, account, slot, limit=50)}.get(attachment_id)
        if earlier is None:
            raise NotFound("没有这份材料")
        request = _table(session, account, request_id, slot, "." in slot)
        wanted = _slot(read_draft(session, request), slot)
        return place(
            session,
            request,
            slot,
            earlier.file,
            earlier.original_name,
            at_most=wanted.material.at_most,
        )
