"""催办: the filer reminds the office after the due date, once a day; the request gets priority."""

from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.lifecycle import SUBMITTED
from anguan.infra.events import actor_of, record_event
from anguan.infra.transaction import transaction
from anguan.models import Account, ChangeRequest
from anguan.services.codes import Refusal
from anguan.services.refusals import Refused
from anguan.services.requests.filing import own_request
from anguan.services.transitions import lock_request


def is_overdue(request: ChangeRequest) -> bool:
    """True when a submitted request is past its due date."""
    return request.state == SUBMITTED and request.due_at is not None and request.due_at <= clock.now()


def may_remind(request: ChangeRequest) -> bool:
    """True when the request is overdue and was not reminded today."""
    last = request.reminded_at
    return is_overdue(request) and (last is None or clock.beijing(last).date() < clock.today())


def remind(session: Session, account: Account, request_id: int) -> None:
    """Record the reminder, which gives the request priority. Raises NotFound, Refused."""
    with transaction(session):
        own_request(session, account, request_id)
        request = lock_request(session, request_id)
        if not is_overdue(request):
            raise Refused(Refusal.NOT_OVERDUE)
        if not may_remind(request):
            raise Refused(Refusal.REMINDED_TODAY)
        request.reminded_at = clock.now()
        filer = session.get_one(Account, account.id)
        record_event(session, "remind", "申请人催办", actor_of(filer), request=request, visible_to="holder")
