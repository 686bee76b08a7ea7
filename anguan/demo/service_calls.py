"""Runs the services for the demo data, each call at its own day in the past."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.demo.documents import draw_for_slot
from anguan.demo.fixtures import DemoHolder
from anguan.infra.events import actor_of, record_event
from anguan.infra.files import Storage
from anguan.infra.transaction import transaction
from anguan.matters.in_force import declared
from anguan.models import Account, Certificate, ChangeRequest
from anguan.services.requests import attachments, filing, new_drafts
from anguan.services.requests.drafts import read_draft
from anguan.services.review import decisions
from anguan.services.review.review_view import load_review

OPENS, OPEN_HOURS = 9, 8
SATURDAY = 5


def find_office_hour(moment: datetime) -> datetime:
    """The same day within office hours; weekends map to Friday evening. The order is preserved."""
    local = clock.beijing(moment)
    midnight = clock.midnight(local.date())
    passed = (moment - midnight) / timedelta(days=1)
    over = local.weekday() - SATURDAY
    if over < 0:
        return midnight + timedelta(hours=OPENS + OPEN_HOURS * passed)
    friday = clock.midnight(local.date() - timedelta(days=over + 1))
    return friday + timedelta(hours=OPENS + OPEN_HOURS, minutes=20 * (over + passed))


class ServiceCalls:
    """Calls of the services on earlier days; `days` are counted back from the moment of loading."""

    def __init__(self, session: Session, storage: Storage, moment: datetime) -> None:
        self.session, self.storage, self.moment = session, storage, moment

    def back(self, days: float) -> datetime:
        """Office hours about this many days before the moment of loading."""
        return find_office_hour(self.moment - timedelta(days=days))

    def account(self, login: str) -> Account:
        """The account with this login."""
        return self.session.scalars(select(Account).where(Account.login == login)).one()

    def certificate(self, who: DemoHolder) -> Certificate:
        """The certificate of a holder."""
        account = self.account(who.number)
        wanted = (Certificate.person_id == account.person_id, Certificate.kind_code == who.kind)
        return self.session.scalars(select(Certificate).where(*wanted)).one()

    def fill(
        self,
        who: DemoHolder,
        code: str,
        days: float,
        typed: Mapping[str, str] | None = None,
        slots: int = 99,
    ) -> ChangeRequest:
        """Start a draft, save values and attach documents to the first `slots` required materials."""
        account = self.account(who.number)
        about = declared(code).subject == "certificate"
        certificate_id = self.certificate(who).id if about else None
        with clock.frozen_at(self.back(days)):
            request = new_drafts.begin(self.session, account, code, certificate_id)
            filing.save(self.session, account, request.id, typed or {})
            draft = read_draft(self.session, request)
            for slot in [slot.material for slot in draft.slots if slot.material.required][:slots]:
                data = draw_for_slot(slot, draft)
                attachments.attach(
                    self.session, self.storage, account, request.id, slot.code, data, f"{slot.title}.jpg"
                )
        return request

    def submit(self, who: DemoHolder, request: ChangeRequest, days: float) -> None:
        """Submit the request."""
        with clock.frozen_at(self.back(days)):
            filing.submit(self.session, self.account(who.number), request.id, promised=True)

    def decide(
        self,
        login: str,
        request: ChangeRequest,
        days: float,
        verdict: str,
        opinion: str = "",
        remarks: Mapping[str, str] | None = None,
    ) -> None:
        """Decide the request as it is now."""
        with clock.frozen_at(self.back(days)):
            view = load_review(self.session, request)
            given = decisions.DecisionInput(
                verdict, request.version, view.digest, opinion, remarks=remarks or {}
            )
            decisions.decide(self.session, self.storage, self.account(login), request.id, given)

    def open(self, login: str, request: ChangeRequest, days: float) -> None:
        """A reviewer opens the request: from now on the holder sees 审核中."""
        with clock.frozen_at(self.back(days)), transaction(self.session):
            reviewer = self.account(login)
            held = self.session.get_one(ChangeRequest, request.id)
            record_event(
                self.session, "open_request", f"打开申请 {held.number}", actor_of(reviewer), request=held
            )
