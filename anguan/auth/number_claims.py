"""Number claims (我的号码被他人注册): filing one, and querying its outcome by number and code."""

import hmac
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.auth import activation_codes
from anguan.auth.encryption import hash_token, make_code
from anguan.auth.registration import REGISTRATION_ACTOR, Registration
from anguan.auth.sessions import ClientAddress
from anguan.auth.throttle import QUARTER, Attempt, RateLimit, return_attempt, take_attempt
from anguan.core import clock
from anguan.core.field_types.login import normalise_login
from anguan.core.field_types.text_cleaning import normalise_code
from anguan.domain import numbers
from anguan.domain.policies import load_policies
from anguan.infra.events import record_event
from anguan.infra.files import Storage, store_all
from anguan.infra.inspection import Clean
from anguan.infra.transaction import transaction
from anguan.models import Account, NumberClaim

CLAIM = RateLimit("claim", 10, timedelta(hours=1))
"""Claims from one network; low because each brings two images that are inspected."""
ASK = RateLimit("claim_ask", 30, QUARTER)
"""Queries from one network; none per claim, which anybody could use up: a code has 75 bits."""
PREFIX = "SS"
_NOBODY = hash_token("no claim has this code")


@dataclass(frozen=True)
class ClaimReceipt:
    """What the claimant receives: the number of the claim and its query code."""

    number: str
    code: str


@dataclass(frozen=True)
class ClaimAnswer:
    """Outcome of a claim: state, opinion of the office, and a code for an account not yet activated."""

    number: str = ""
    state: str = ""
    opinion: str = ""
    login: str = ""
    code: str = ""
    active: bool = False
    taken: Attempt | None = None


def count_claim(session: Session, place: ClientAddress) -> Attempt:
    """Count an attempt of this network, before the images are inspected."""
    return take_attempt(session, ((CLAIM, place.network),))


def file_claim(
    session: Session, storage: Storage, claimant: Registration, front: Clean, back: Clean
) -> ClaimReceipt:
    """Store the claim and both sides of the document; the query code is shown once and kept as a hash."""
    code = make_code(3)
    with transaction(session):
        first, second = store_all(session, storage, (front, back))
        year = clock.today().year
        claim = NumberClaim(
            number=f"{PREFIX}{year}-{numbers.next_number(session, 'number_claim', year):06d}",
            document_type=claimant.document_type,
            document_number=claimant.document_number,
            name=claimant.name,
            phone=claimant.phone,
            front_id=first.id,
            back_id=second.id,
            secret_hash=hash_token(normalise_code(code)),
            created_at=clock.now(),
        )
        session.add(claim)
        session.flush()
        record_event(session, "claim_filed", f"提交号码申诉 {claim.number}", REGISTRATION_ACTOR)
        number = claim.number
    return ClaimReceipt(number, code)


def ask(session: Session, typed_number: str, typed_code: str, place: ClientAddress) -> ClaimAnswer:
    """The outcome of a claim; an empty answer for an unknown number or a wrong code.

    While the account of an accepted claim is not activated, each query issues a new one-time code; the
    one before becomes invalid.
    """
    wanted = normalise_login(typed_number)[:20]
    taken = take_attempt(session, ((ASK, place.network),))
    session.rollback()
    claim = session.scalar(select(NumberClaim).where(NumberClaim.number == wanted))
    given = hash_token(normalise_code(typed_code[:100]))
    right = hmac.compare_digest(given, claim.secret_hash if claim else _NOBODY)
    if claim is None or not right or not taken.allowed:
        return ClaimAnswer(taken=taken)
    found = ClaimAnswer(claim.number, claim.state, claim.opinion, taken=taken)
    account_id = claim.account_id
    return_attempt(session, taken)
    return _issue_code(session, found, account_id) if account_id is not None else found


def _issue_code(session: Session, found: ClaimAnswer, account_id: int) -> ClaimAnswer:
    with transaction(session):
        account = session.get_one(
            Account, account_id, with_for_update={"of": Account}, populate_existing=True
        )
        if account.password_hash is not None or account.disabled_at is not None:
            return ClaimAnswer(found.number, found.state, found.opinion, active=True)
        code = activation_codes.issue_code(session, account, load_policies(session))
        words = f"凭查询码领取号码申诉 {found.number} 的一次性口令"
        record_event(
            session, "claim_code", words, REGISTRATION_ACTOR, person=account.person, visible_to="audit"
        )
        return ClaimAnswer(found.number, found.state, found.opinion, account.login, code)
