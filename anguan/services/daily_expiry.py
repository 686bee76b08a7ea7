"""Daily expiry: lapses expired certificates, and requests that were left untouched for too long."""

from sqlalchemy.orm import Session

from anguan.core.lifecycle import Verb, is_allowed
from anguan.infra.events import SYSTEM
from anguan.infra.transaction import transaction
from anguan.services.expiry import expire_certificates, stale_requests
from anguan.services.requests.drafts import definition
from anguan.services.requests.submissions import release_locks
from anguan.services.transitions import lock_request, transition


def expire_daily(session: Session) -> dict[str, int]:
    """Run the daily expiry and return its counts by name; a second run on the same day changes nothing."""
    lapsed = 0
    for request_id in stale_requests(session):
        with transaction(session):
            request = lock_request(session, request_id)
            if not is_allowed(request.state, Verb.LAPSE):
                continue
            title = definition(session, request).title
            number = f"受理编号 {request.number} 不再使用。" if request.number else ""
            transition(
                session,
                request,
                Verb.LAPSE,
                SYSTEM,
                f"{title}久未办理，已作废",
                notice=f"{title}已作废",
                body=f"草稿或补正超过了保留期限。{number}需要办理的，请重新申请。",
            )
            release_locks(session, request, SYSTEM)
            lapsed += 1
    return {"certificates": expire_certificates(session), "requests": lapsed}
