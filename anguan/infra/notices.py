"""Notices (通知) to accounts."""

from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.models import ChangeRequest, Notice


def send_notice(
    session: Session, account_id: int, title: str, body: str = "", request: ChangeRequest | None = None
) -> Notice:
    """Add a notice for one account; the title is cut to 100 characters."""
    notice = Notice(
        account_id=account_id,
        at=clock.now(),
        title=title[:100],
        body=body,
        request_id=request.id if request else None,
    )
    session.add(notice)
    return notice
