"""校验规则: severity override (block, warn, off) per rule of a matter."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import Form

from anguan.core.check_result import Severity
from anguan.core.matter import Matter
from anguan.models import RuleConfig
from anguan.panel.common.form_fields import choice
from anguan.panel.common.formatting import SEVERITIES

MOMENTS = {"opening": "开始办理时和提交时", "filing": "提交时", "always": "提交时和审核时"}


class RuleForm(Form):
    """Severity of one rule."""

    severity = choice("不符合时", SEVERITIES)


def build_rules(session: Session, plain: Matter) -> list[Mapping[str, Any]]:
    """Every declared rule for the page of the matter."""
    rows = {
        row.rule: row for row in session.scalars(select(RuleConfig).where(RuleConfig.matter == plain.code))
    }
    return [
        {
            "rule": rule,
            "row": rows.get(rule.code),
            "severity": rows[rule.code].severity if rule.code in rows else rule.severity,
            "said": dict(SEVERITIES)[
                Severity(rows[rule.code].severity if rule.code in rows else rule.severity)
            ],
            "at": MOMENTS[rule.at],
        }
        for rule in plain.rules
    ]
