"""Number claims (我的号码被他人注册) and licence claims of enterprises (上传营业执照激活).

Filing one, and querying its outcome by number and code.
"""

import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from anguan.auth import activation_codes, licence_claims
from anguan.auth.accounts import NotAllowed, lock_account
from anguan.auth.encryption import hash_token, make_code
from anguan.auth.registration import VISITOR, Registration
from anguan.auth.sessions import ClientAddress
from anguan.auth.throttle import QUARTER, Attempt, RateLimit, return_attempt, take_attempt
from anguan.auth.words import Denial
from anguan.core import clock
from anguan.core.field_types.login import normalise_login
from anguan.core.field_types.text_cleaning import normalise_code
from anguan.domain import numbers
from anguan.domain.policies import LICENCE, load_policies
from anguan.infra.events import record_event
from anguan.infra.files import Storage, store_all
from anguan.infra.inspection import Clean
from anguan.infra.transaction import transaction
from anguan.models import NumberClaim, UsedPassword

CLAIM = RateLimit("claim", 10, timedelta(hours=1))
"""Claims from one network; low because each brings two images that are inspected."""
ASK = RateLimit("claim_ask", 30, QUARTER)
"""Queries from one network; none per claim, which anybody could use up: a code has 75 bits."""
PERSON_PREFIX, LICENCE_PREFIX = "SS", "QY"
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
    of_enterprise: bool = False
    taken: Attempt | None = None


def count_claim(session: Session, place: ClientAddress) -> Attempt:
    """Count an attempt of this network, before the images are inspected."""
    return take_attempt(session, ((CLAIM, place.network),))


def file_claim(
    session: Session, storage: Storage, claimant: Registration, front: Clean, back: Clean
) -> ClaimReceipt:
    """Store the claim and both pictures; the query code is shown once and kept as a hash.

    Raises NotAllowed for a licence while the authority does not take any.
    """
    licence = claimant.document_type == LICENCE
    prefix = LICENCE_PREFIX if licence else PERSON_PREFIX
    code = make_code(3)
    with transaction(session):
        if licence and not licence_claims.is_open(session):
            raise NotAllowed(Denial.LICENCES_CLOSED)
        first, second = store_all(session, storage, (front, back))
        year = clock.today().year
        claim = NumberClaim(
            number=f"{prefix}{year}-{numbers.next_number(session, 'number_claim', year):06d}",
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
        if licence:
            firm = licence_claims.registered_enterprise(session, claim)
            record_event(session, "licence_filed", f"提交企业激活 {claim.number}", VISITOR, enterprise=firm)
        else:
            record_event(session, "claim_filed", f"提交号码申诉 {claim.number}", VISITOR)
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
    found = ClaimAnswer(
        claim.number, claim.state, claim.opinion, taken=taken, of_enterprise=claim.document_type == LICENCE
    )
    account_id, decided_at = claim.account_id, claim.decided_at
    return_attempt(session, taken)
    if account_id is None or decided_at is None:
        return found
    return _issue_code(session, found, account_id, decided_at)


def _issue_code(session: Session, found: ClaimAnswer, account_id: int, decided_at: datetime) -> ClaimAnswer:
    """A new code until the account is activated; after a later reset only the office gives one."""
    with transaction(session):
        account = lock_account(session, account_id)
        used = exists().where(UsedPassword.account_id == account_id, UsedPassword.used_at >= decided_at)
        if account.password_hash or account.disabled_at is not None or session.scalar(select(used)):
            return replace(found, active=True)
        code = activation_codes.issue_code(session, account, load_policies(session))
        record_event(
            session,
            "claim_code",
            f"凭查询码领取 {found.number} 的一次性口令",
            VISITOR,
            person=account.person,
            enterprise=account.enterprise,
            visible_to="audit",
        )
        return replace(found, login=account.login, code=code)
