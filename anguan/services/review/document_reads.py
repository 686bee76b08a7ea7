"""Documents of a request that a reviewer has marked as read (已看), and those still unread."""

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.matter import Matter
from anguan.infra.transaction import transaction
from anguan.models import Account, Attachment, ChangeRequest, DocumentRead
from anguan.services.requests.drafts import definition
from anguan.services.review.review_view import round_attachments


def mark_read(session: Session, account: Account, attachment: Attachment, seen: bool) -> None:
    """Set or remove the read mark; idempotent."""
    account_id, document_id = account.id, attachment.id
    same = select(Attachment.id).where(
        Attachment.request_id == attachment.request_id,
        Attachment.material == attachment.material,
        Attachment.file_id == attachment.file_id,
        Attachment.turn == attachment.turn,
    )
    mine = select(DocumentRead.id).where(
        DocumentRead.attachment_id.in_(same), DocumentRead.account_id == account_id
    )
    try:
        with transaction(session):
            if not seen:
                ids = session.scalars(mine).all()
                session.execute(delete(DocumentRead).where(DocumentRead.id.in_(ids)))
            elif session.scalar(mine.limit(1)) is None:
                session.add(DocumentRead(attachment_id=document_id, account_id=account_id, at=clock.now()))
    except IntegrityError:  # the same reviewer marked it in a second window at the same time
        session.rollback()


def read_documents(session: Session, account: Account, request: ChangeRequest) -> frozenset[int]:
    """IDs of this round's documents that the reviewer has read; one carried over unchanged stays read."""
    read = session.execute(
        select(Attachment.material, Attachment.file_id, Attachment.turn)
        .join(DocumentRead, DocumentRead.attachment_id == Attachment.id)
        .where(Attachment.request_id == request.id, DocumentRead.account_id == account.id)
    )
    marks = {tuple(row) for row in read}
    return frozenset(row.id for row in round_attachments(request) if row.content in marks)


def unread_required(session: Session, account: Account, request: ChangeRequest) -> list[str]:
    """Titles of the required documents that the reviewer has not read, in the order of the page."""
    matter = definition(session, request)
    titles, optional = document_titles(matter), {one.code for one in matter.materials if not one.required}
    seen = read_documents(session, account, request)
    missed = {row.material for row in round_attachments(request) if row.id not in seen} - optional
    return [title for code, title in titles.items() if code in missed]


def document_titles(matter: Matter) -> dict[str, str]:
    """Title of each slot a document can be attached to, in the order of the page; photos come last."""
    titles = {
        material.code: f"{material.title}（{chosen}）" if chosen else material.title
        for material, chosen in matter.every_material
    }
    return titles | {field.path: field.label for field in matter.asked}


def order_documents(attachments: list[Attachment], titles: dict[str, str]) -> list[Attachment]:
    """The documents in the order of the page."""
    order = {code: index for index, code in enumerate(titles)}
    return sorted(attachments, key=lambda row: (order.get(row.material, len(order)), row.position, row.id))
