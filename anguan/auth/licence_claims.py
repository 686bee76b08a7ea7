"""Enterprise activation by business licence (上传营业执照激活): a claim that a reviewer decides.

It is stored, decided and answered like a number claim; the document of the claim is the licence.
These functions write into the caller's transaction and never commit.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.auth import activation_codes
from anguan.auth.accounts import NotAllowed, create_account, lock_account
from anguan.auth.words import Denial
from anguan.domain.policies import LICENCE, load_policies
from anguan.infra.events import Actor, record_event
from anguan.models import Account, Enterprise, NumberClaim


def is_open(session: Session) -> bool:
    """True while the authority lets enterprises show their licence."""
    return load_policies(session).enterprise_activation == LICENCE


def registered_enterprise(session: Session, claim: NumberClaim) -> Enterprise | None:
    """The registered enterprise with the claimed credit code, or None; None for a claim of a person."""
    if claim.document_type != LICENCE:
        return None
    return session.scalar(select(Enterprise).where(Enterprise.uscc == claim.document_number))


def enterprise_account(session: Session, claim: NumberClaim) -> Account | None:
    """The account whose login is the claimed credit code, or None."""
    wanted = Account.login == claim.document_number, Account.role == "enterprise"
    return session.scalar(select(Account).where(*wanted)) if claim.document_type == LICENCE else None


def accept(session: Session, claim: NumberClaim, actor: Actor) -> None:
    """Let the claimant activate the account of the enterprise with one-time codes. Raises NotAllowed.

    An account that has a password, or is disabled, stays as it is: the office resets it.
    """
    enterprise = registered_enterprise(session, claim)
    if enterprise is None:
        raise NotAllowed(Denial.NO_ENTERPRISE)
    found = enterprise_account(session, claim)
    if found is None:
        account, _ = create_account(
            session, actor, "", "", "enterprise", enterprise=enterprise, initial="code"
        )
    else:
        account = lock_account(session, found.id)
        if account.password_hash is not None or account.disabled_at is not None:
            raise NotAllowed(Denial.ENTERPRISE_ACTIVE)
        activation_codes.issue_code(session, account, load_policies(session))
    claim.account_id = account.id
    said = f"企业激活 {claim.number} 核实：{enterprise.name}"
    record_event(session, "licence_accepted", said, actor, enterprise=enterprise)
