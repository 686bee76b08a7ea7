"""How logins follow the register."""

from sqlalchemy import select, update

from anguan.domain.approval_context import ApprovalContext
from anguan.models import Account, LoginSession


def update_login(effect: ApprovalContext) -> str:
    """The login follows a corrected document number; all sessions of the account end."""
    if not effect.wrote("person.document_number") or effect.person is None:
        return ""
    account = effect.session.scalar(select(Account).where(Account.person_id == effect.person.id))
    if account is None:
        return ""
    account.login = effect.person.document_number
    effect.session.execute(
        update(LoginSession)
        .where(LoginSession.account_id == account.id, LoginSession.ended_at.is_(None))
        .values(ended_at=effect.moment)
    )
    return "登录账号已改为新的证件号码，请用新号码和原密码重新登录"


def update_account_name(effect: ApprovalContext) -> str:
    """The account's display name follows the person's name."""
    if effect.wrote("person.name") and effect.person is not None:
        account = effect.session.scalar(select(Account).where(Account.person_id == effect.person.id))
        if account is not None:
            account.name = effect.person.name
    return ""
