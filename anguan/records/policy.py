"""Policies: names in code, values in rows. Every limit of the authority that is not law has a name here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.models import PolicyValue
from anguan.records.memo import read_once

RANDOM = "random"
"""The first secret is a code that the office hands out, nothing that stands in a document."""

PolicyKind = Literal["text", "whole", "switch", "choice", "date"]


@dataclass(frozen=True)
class Policy:
    """One limit or switch: its Chinese title, its kind, its default, and where the default comes from."""

    name: str
    title: str
    kind: PolicyKind
    default: str
    group: str
    basis: str = ""
    options: tuple[tuple[str, str], ...] = ()
    minimum: int = 0
    maximum: int = 100_000

    def value(self, text: str) -> Any:
        """The Python value of a row's text; ValueError with a sentence when it does not fit."""
        text = text.strip()
        if self.kind == "whole":
            if not (text.isascii() and text.isdigit() and self.minimum <= int(text) <= self.maximum):
                raise ValueError(f"{self.title}：请填 {self.minimum} 到 {self.maximum} 之间的整数")
            return int(text)
        if self.kind == "switch":
            if text not in ("on", "off"):
                raise ValueError(f"{self.title}：只能是 on（开）或 off（关）")
            return text == "on"
        if self.kind == "choice":
            if text not in dict(self.options):
                raise ValueError(f"{self.title}：只能是 {'、'.join(dict(self.options))} 之一")
            return text
        if self.kind == "date":
            try:
                return date.fromisoformat(text) if text else None
            except ValueError:
                raise ValueError(f"{self.title}：日期写成 2026-06-30 这样") from None
        return text


def _all() -> tuple[Policy, ...]:
    door, office, term, file, desk = "登录与账号", "考核管理部门", "期限与条件", "申请与材料", "审核"
    return (
        Policy("authority_name", "考核管理部门名称", "text", "云南省水利厅（示例）", office, "操作手册页眉"),
        Policy("review_phone", "考核管理部门电话", "text", "0871-0000000", office, "操作手册页眉"),
        Policy("support_phone", "技术支持电话", "text", "0871-0000001", office, "操作手册页眉"),
        Policy("record_number", "备案号", "text", "", office),
        Policy("issuer_name", "发证机关", "text", "云南省水利厅（示例）", office),
        Policy(
            "initial_secret",
            "首次登录口令",
            "choice",
            "last6",
            door,
            "操作手册一",
            (("last6", "证件号后6位"), (RANDOM, "随机激活码")),
        ),
        Policy("initial_until", "首次登录口令截止日（导入人员）", "date", "", door),
        Policy("initial_days", "首次登录口令有效天数", "whole", "14", door, "", (), 1, 90),
        Policy(
            "password_profile",
            "密码规则",
            "choice",
            "dengbao3",
            door,
            "等保三级",
            (("dengbao3", "等保三级"), ("asvs", "ASVS 5.0")),
        ),
        Policy("idle_minutes", "申请人闲置退出（分钟）", "whole", "30", door, "", (), 5, 240),
        Policy("staff_idle_minutes", "工作人员闲置退出（分钟）", "whole", "15", door, "", (), 5, 120),
        Policy("self_registration", "新人员可以自行注册", "switch", "on", door),
        Policy("renewal_years", "延续年数", "whole", "3", term, "水监督〔2022〕326号", (), 1, 10),
        Policy(
            "renewal_open_months",
            "到期前几个月开放延续",
            "whole",
            "3",
            term,
            "水监督〔2022〕326号",
            (),
            1,
            24,
        ),
        Policy(
            "renewal_close",
            "延续截止",
            "choice",
            "day_before",
            term,
            "电子证照转换流程第5步",
            (("day_before", "到期日前一天24:00"), ("on_day", "到期当日24:00")),
        ),
        Policy("training_hours", "每年安全教育学时", "whole", "12", term, "水监督〔2022〕326号", (), 0, 200),
        Policy(
            "insured_months_renewal",
            "延续需连续参保月数",
            "whole",
            "3",
            term,
            "水监督〔2022〕326号",
            (),
            0,
            36,
        ),
        Policy(
            "insured_months_move",
            "变更单位需参保月数",
            "whole",
            "3",
            term,
            "电子证照转换流程第5步",
            (),
            0,
            36,
        ),
        Policy(
            "certificate_number", "证书编号格式", "text", "{prov}水安{kind}{year}{seq:07d}", term, "通行做法"
        ),
        Policy("certificate_prefix", "证书编号省简称", "text", "", term),
        Policy("one_filing", "一次申请同步个人与证书", "switch", "on", file, "操作手册二、五"),
        Policy("undo_seconds", "决定后可撤回（秒）", "whole", "60", desk, "", (), 0, 3600),
        Policy("claim_minutes", "领取后保留几分钟", "whole", "10", desk, "", (), 2, 120),
        Policy("batch_most", "一批最多办理几件", "whole", "200", desk, "", (), 1, 200),
        Policy("recheck_per_mille", "双随机抽查比例（‰）", "whole", "50", desk, "双随机一公开", (), 1, 1000),
        Policy("recheck_days", "每次抽查几天内办结的申请", "whole", "30", desk, "双随机一公开", (), 1, 366),
        Policy("edit_minutes", "提交后几分钟进入审核队列", "whole", "10", file, "适老化规范", (), 0, 120),
        Policy("draft_days", "草稿保留天数", "whole", "30", file, "", (), 7, 365),
        Policy("correction_days", "补正期限（天）", "whole", "30", file, "", (), 5, 365),
        Policy(
            "ready_hours",
            "电子证书推送时限（小时）",
            "whole",
            "24",
            file,
            "电子证照转换流程第5步",
            (),
            1,
            240,
        ),
        Policy(
            "photo_width",
            "照片最小宽度（像素）",
            "whole",
            "440",
            file,
            "电子证照转换流程第2步",
            (),
            100,
            4000,
        ),
        Policy(
            "photo_height",
            "照片最小高度（像素）",
            "whole",
            "572",
            file,
            "电子证照转换流程第2步",
            (),
            100,
            4000,
        ),
        Policy(
            "photo_ground",
            "照片背景不是白色时",
            "choice",
            "warn",
            file,
            "电子证照转换流程第3步",
            (("warn", "提醒，本人确认后可用"), ("block", "不能使用")),
        ),
    )


DECLARED: Mapping[str, Policy] = {policy.name: policy for policy in _all()}


class Policies:
    """The values in force, by name: `policies.renewal_years`."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._values = {
            name: policy.value(texts.get(name, policy.default)) for name, policy in DECLARED.items()
        }

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_values"][name]
        except KeyError:
            raise AttributeError(name) from None


def policies(session: Session) -> Policies:
    """The policies as they stand now: rows over declared defaults; read once per transaction."""
    return read_once(session, "policies", lambda: _read(session))


def _read(session: Session) -> Policies:
    rows = session.execute(select(PolicyValue.name, PolicyValue.value))
    return Policies(dict(rows.all()))
