"""Messages of this package: why an operation on an account is refused."""

from collections.abc import Mapping
from enum import StrEnum


class Denial(StrEnum):
    """Reason why an operation on an account is refused."""

    ADMINISTRATOR_EXISTS = "administrator_exists"
    ROLE_IS_GIVEN = "role_is_given"
    REGION_IS_FOR_STAFF = "region_is_for_staff"
    NO_ROLE = "no_role"
    ROLE_UNLIKE_SUBJECT = "role_unlike_subject"
    BAD_LOGIN = "bad_login"
    LOGIN_TAKEN = "login_taken"
    CLAIM_DECIDED = "claim_decided"
    OWN_CLAIM = "own_claim"
    NO_OPINION = "no_opinion"
    NUMBER_IN_USE = "number_in_use"
    LICENCES_CLOSED = "licences_closed"
    NO_ENTERPRISE = "no_enterprise"
    ENTERPRISE_ACTIVE = "enterprise_active"
    WEAK_PASSWORD = "weak_password"  # noqa: S105 (a reason)
    OWN_ACCOUNT = "own_account"


DENIAL_WORDS: Mapping[Denial, str] = {
    Denial.ADMINISTRATOR_EXISTS: "已经有系统管理员。忘记密码时，请另一位管理员重置登录。",
    Denial.ROLE_IS_GIVEN: "只有工作人员的角色可以更改；个人和企业账号随登记信息而定。",
    Denial.REGION_IS_FOR_STAFF: "只有工作人员的账号分管地区。",
    Denial.NO_ROLE: "没有这个角色。",
    Denial.ROLE_UNLIKE_SUBJECT: "个人账号要对应登记的人员，企业账号要对应登记的企业，"
    "工作人员账号两者都不对应。",
    Denial.BAD_LOGIN: "请填写账号，不超过 100 个字符。",
    Denial.LOGIN_TAKEN: "这个账号已经有人使用，请换一个。",
    Denial.CLAIM_DECIDED: "这一件刚刚已经由别人办结。",
    Denial.OWN_CLAIM: "不能办理自己提交的，请另一位审核员办理。",
    Denial.NO_OPINION: "请写明核对的结果或不通过的理由。",
    Denial.NUMBER_IN_USE: "这个号码在另一种证件下有办理记录，不能直接更换，请联系技术支持。",
    Denial.LICENCES_CLOSED: "现在不能上传营业执照激活账号，请到考核管理部门领一次性口令。",
    Denial.NO_ENTERPRISE: "还没有登记这家企业，请先导入企业，再来核实。",
    Denial.ENTERPRISE_ACTIVE: "这家企业的账号已经激活，或者已经停用，不能再次激活。"
    "请记为不通过，写明请企业到考核管理部门领一次性口令。",
    Denial.WEAK_PASSWORD: "{sentence}",
    Denial.OWN_ACCOUNT: "{sentence}",
}
