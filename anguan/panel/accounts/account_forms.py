"""Forms and formatting of accounts."""

from typing import Any

from sqlalchemy import ColumnElement
from wtforms import Form
from wtforms.validators import ValidationError

from anguan.auth.identity import ROLE_TITLES
from anguan.core.masks import mask_document
from anguan.extensions import db
from anguan.models import STAFF, Account
from anguan.panel.common import formatting
from anguan.panel.common.form_fields import choice, text
from anguan.web.status_signs import Sign

STAFF_ROLES = tuple((role, ROLE_TITLES[role]) for role in STAFF)
ALL_ROLES = tuple(ROLE_TITLES.items())
SIGNS = {"open": Sign.GOOD, "waiting": Sign.WAITING, "shut": Sign.ENDED}
OPEN = (("open", "可登录"), ("waiting", "等待激活"), ("shut", "已停用"))


def _regions() -> list[tuple[str, str]]:
    return [("", "全省"), *formatting.regions(db.session)]


class NewAccountForm(Form):
    """A new account of an office member, a person or an enterprise."""

    role = choice("角色", ALL_ROLES)
    login = text(
        "账号",
        100,
        hint="工作人员：自定的登录名。个人：证件号码。企业：统一社会信用代码。个人和企业须已登记。",
    )
    name = text("姓名", 100, required=False, hint="工作人员填写；个人和企业按登记。", printed=False)
    region = choice("地区", _regions, required=False, hint="只对工作人员有用：限定只看一个州市。")

    def validate_name(self, field: Any) -> None:
        """Office members need a name. Raises ValidationError."""
        if self.role.data in STAFF and not field.data:
            raise ValidationError("请填写姓名")


class RoleForm(Form):
    """Editable fields of an office account."""

    role = choice("角色", STAFF_ROLES)
    region = choice("地区", _regions, required=False)


def format_state(row: Account) -> tuple[Sign, str]:
    """Sign and words for whether this account can log in."""
    state = "shut" if row.disabled_at is not None else "open" if row.password_hash else "waiting"
    return SIGNS[state], dict(OPEN)[state]


def format_login(row: Account) -> str:
    """The login as it may be shown; document numbers are masked."""
    return mask_document(row.login) if row.person_id else row.login


def is_open(state: str) -> ColumnElement[bool]:
    """Condition for accounts in one of the states above."""
    if state == "shut":
        return Account.disabled_at.is_not(None)
    waits = Account.password_hash.is_(None) if state == "waiting" else Account.password_hash.is_not(None)
    return Account.disabled_at.is_(None) & waits
