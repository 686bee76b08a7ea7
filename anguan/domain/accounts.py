"""Consequences that update an account after a change of the person."""

from sqlalchemy import select, update

from anguan.domain.approval_context import ApprovalContext
from anguan.models import Account, LoginSession


def update_login(approval: ApprovalContext) -> str:
    """Set the login to the corrected document number and end all sessions of the account."""
    if not approval.wrote("person.document_number") or approval.person is None:
        return ""
    account = approval.session.scalar(select(Account).where(Account.person_id == approval.person.id))
    if account is None:
        return ""
    account.login = approval.person.document_number
    approval.session.execute(
        update(LoginSession)
        .where(LoginSession.account_id == account.id, LoginSession.ended_at.is_(None))
        .values(ended_at=approval.moment)
    )
    return "登录账号已改为新的证件号码，请用新号码和原密码重新登录"


def update_account_name(approval: ApprovalContext) -> str:
    """Set the account's display name to the person's new name."""
    if approval.wrote("person.name") and approval.person is not None:
        account = approval.session.scalar(select(Account).where(Account.person_id == approval.person.id))
        if account is not None:
            account.name = approval.person.name
    return ""
