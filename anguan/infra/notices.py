"""Messages to holders."""

from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.models import ChangeRequest, Notice


def send_notice(
    session: Session, account_id: int, title: str, body: str = "", request: ChangeRequest | None = None
) -> Notice:
    """Put a message into the box of one account."""
    notice = Notice(
        account_id=account_id,
        at=clock.now(),
        title=title[:100],
        body=body,
        request_id=request.id if request else None,
    )
    session.add(notice)
    return notice
