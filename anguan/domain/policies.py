"""Policies (参数): limits and switches of the authority, declared here, overridden by policy_value."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.domain.memo import read_once
from anguan.domain.policy_fields import (
    PolicyDeclaration,
    choice_policy,
    date_policy,
    switch_policy,
    text_policy,
    whole_policy,
)
from anguan.models import ChangeRequest, PolicyValue

LAST6: Final = "last6"
"""The last six characters of the login open the activation page."""
RANDOM: Final = "random"
"""The initial secret is a one-time code that the office hands out."""
LICENCE: Final = "licence"
"""An enterprise may show its business licence instead; it is also the document type of such a claim."""

_ACCESS, _OFFICE, _TERM, _FILING, _REVIEW = (
    "登录与账号",
    "考核管理部门",
    "期限与条件",
    "申请与材料",
    "审核",
)
_LAW, _MANUAL, _AUDIT = "水监督〔2022〕326号", "操作手册页眉", "双随机一公开"
_STEP2, _STEP3, _STEP5 = (f"电子证照转换流程第{step}步" for step in (2, 3, 5))


@dataclass(frozen=True)
class Policies:
    """The values in force (`policies.renewal_years`). One line here declares a policy completely."""

    authority_name: str = text_policy("考核管理部门名称", "云南省水利厅（示例）", _OFFICE, _MANUAL)
    review_phone: str = text_policy("考核管理部门电话", "0871-0000000", _OFFICE, _MANUAL)
    support_phone: str = text_policy("技术支持电话", "0871-0000001", _OFFICE, _MANUAL)
    record_number: str = text_policy("备案号", "", _OFFICE)
    issuer_name: str = text_policy("发证机关", "云南省水利厅（示例）", _OFFICE)

    initial_secret: Literal["last6", "random"] = choice_policy(
        "个人首次登录", LAST6, ((LAST6, "证件号后 6 位"), (RANDOM, "一次性口令")), _ACCESS, "操作手册一"
    )
    enterprise_activation: Literal["code", "licence", "last6"] = choice_policy(
        "企业首次登录",
        "code",
        (
            ("code", "一次性口令"),
            (LICENCE, "一次性口令，或上传营业执照"),
            (LAST6, "信用代码后 6 位和法定代表人姓名"),
        ),
        _ACCESS,
        warning="信用代码和法定代表人姓名都能公开查到，选“信用代码后 6 位和法定代表人姓名”，"
        "任何人都可能冒充企业激活账号。操作手册一写的是这种办法，系统默认不用。",
    )
    initial_until: date | None = date_policy("初始密码截止日", _ACCESS)  # noqa: RUF009
    initial_days: int = whole_policy(
        "初始密码和一次性口令有效天数", 14, "天", _ACCESS, at_least=1, at_most=90
    )
    password_profile: Literal["dengbao3", "asvs"] = choice_policy(
        "密码规则", "dengbao3", (("dengbao3", "等保三级"), ("asvs", "ASVS 5.0")), _ACCESS, "等保三级"
    )
    idle_minutes: int = whole_policy("申请人闲置退出", 30, "分钟", _ACCESS, at_least=5, at_most=240)
    staff_idle_minutes: int = whole_policy("工作人员闲置退出", 15, "分钟", _ACCESS, at_least=5, at_most=120)
    self_registration: bool = switch_policy("新人员可以自行注册", True, _ACCESS)

    renewal_years: int = whole_policy("延续年数", 3, "年", _TERM, _LAW, 1, 10, fixed=True)
    renewal_open_months: int = whole_policy("到期前几个月开放延续", 3, "个月", _TERM, _LAW, 1, 24, fixed=True)
    renewal_close: Literal["day_before", "on_day"] = choice_policy(
        "延续截止",
        "day_before",
        (("day_before", "到期日前一天24:00"), ("on_day", "到期当日24:00")),
        _TERM,
        _STEP5,
        fixed=True,
    )
    training_hours_per_year: int = whole_policy(
        "每年安全教育学时", 12, "学时", _TERM, _LAW, 0, 200, fixed=True
    )
    insured_months_renewal: int = whole_policy(
        "延续需连续参保月数", 3, "个月", _TERM, _LAW, 0, 36, fixed=True
    )
    insured_months_move: int = whole_policy("变更单位需参保月数", 3, "个月", _TERM, _STEP5, 0, 36, fixed=True)
    certificate_number: str = text_policy(
        "证书编号格式", "{prov}水安{kind}{year}{seq:07d}", _TERM, "通行做法"
    )
    certificate_prefix: str = text_policy("证书编号省简称", "", _TERM)

    one_filing: bool = switch_policy("一次申请同步个人与证书", True, _FILING, "操作手册二、五", fixed=True)
    edit_minutes: int = whole_policy(
        "提交后几分钟进入审核队列", 10, "分钟", _FILING, "适老化规范", 0, 120, fixed=True
    )
    draft_days: int = whole_policy("草稿保留天数", 30, "天", _FILING, at_least=7, at_most=365)
    correction_days: int = whole_policy("补正期限", 30, "天", _FILING, "", 5, 365, fixed=True)
    ready_hours: int = whole_policy("电子证书推送时限", 24, "小时", _FILING, _STEP5, 1, 240, fixed=True)
    photo_min_width: int = whole_policy("照片最小宽度", 440, "像素", _FILING, _STEP2, 100, 4000, fixed=True)
    photo_min_height: int = whole_policy("照片最小高度", 572, "像素", _FILING, _STEP2, 100, 4000, fixed=True)
    photo_ground: Literal["warn", "block"] = choice_policy(
        "照片背景不是白色时",
        "warn",
        (("warn", "提醒，本人确认后可用"), ("block", "不能使用")),
        _FILING,
        _STEP3,
        fixed=True,
    )

    undo_seconds: int = whole_policy("决定后可撤回", 60, "秒", _REVIEW, at_most=3600)
    claim_minutes: int = whole_policy("领取后保留几分钟", 10, "分钟", _REVIEW, at_least=2, at_most=120)
    batch_most: int = whole_policy("一批最多办理几件", 200, "件", _REVIEW, at_least=1, at_most=200)
    audit_per_mille: int = whole_policy("双随机抽查比例", 50, "‰", _REVIEW, _AUDIT, 1, 1000)
    audit_days: int = whole_policy("每次抽查几天内办结的申请", 30, "天", _REVIEW, _AUDIT, 1, 366)

    @property
    def placeholders(self) -> dict[str, str]:
        """The text for each placeholder (`{renewal_open_months}`), by name."""
        return {name: policy.words(getattr(self, name)) for name, policy in DECLARED.items()}


DECLARED: Mapping[str, PolicyDeclaration] = {
    one.name: replace(one.metadata["policy"], name=one.name) for one in fields(Policies)
}
"""The declaration of each policy, by name."""


def read_policies(texts: Mapping[str, str], under: Policies | None = None) -> Policies:
    """Policies from stored texts, over `under` or the defaults; raises ValueError for an invalid text."""
    values: dict[str, Any] = {
        name: DECLARED[name].value(text) for name, text in texts.items() if name in DECLARED
    }
    return replace(under or Policies(), **values)


def load_policies(session: Session) -> Policies:
    """The current policies: rows over declared defaults; read once per transaction."""
    return read_once(session, "policies", lambda: _read(session))


def _read(session: Session) -> Policies:
    rows = session.execute(select(PolicyValue.name, PolicyValue.value))
    return read_policies(dict(rows.all()))


def freeze_policies(values: Policies) -> str:
    """The fixed policies as JSON, stored with a request at its first submission."""
    kept = {name: policy.text(getattr(values, name)) for name, policy in DECLARED.items() if policy.fixed}
    return json.dumps(kept, ensure_ascii=False)


def thaw_policies(frozen: str, now: Policies) -> Policies:
    """The policies stored by `freeze_policies` over the current ones; `frozen` '' means the current ones."""
    return read_policies(json.loads(frozen), now) if frozen else now


def policies_of(session: Session, request: ChangeRequest | None) -> Policies:
    """The policies that apply to a request: the fixed ones as at its first submission, the others as now.

    A draft, and a request without stored policies, has the current ones.
    """
    now = load_policies(session)
    return thaw_policies(request.frozen_policies, now) if request is not None and request.round else now
