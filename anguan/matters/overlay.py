"""The rows that an administrator laid over one matter, whole, at one version."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from anguan.models import (
    Base,
    MaterialConfig,
    MatterConfig,
    QuestionConfig,
    RuleConfig,
    SettingVersion,
    StepConfig,
)

ROWS: Mapping[str, type[Base]] = {
    "matter": MatterConfig,
    "materials": MaterialConfig,
    "questions": QuestionConfig,
    "rules": RuleConfig,
    "steps": StepConfig,
}
Overlay = Mapping[str, Sequence[Mapping[str, Any]]]


def scope_of(code: str) -> str:
    """The name under which the saved states of a matter's rows are kept."""
    return f"matter:{code}"


def latest_version(session: Session, code: str) -> int:
    """The newest version of a matter's definition; 0 is the declared one."""
    found = session.scalar(
        select(func.max(SettingVersion.version)).where(SettingVersion.scope == scope_of(code))
    )
    return found or 0


def overlay_at(session: Session, code: str, version: int) -> Overlay:
    """The rows of one version; nothing for version 0."""
    if version == 0:
        return {}
    text = session.scalar(
        select(SettingVersion.rows).where(
            SettingVersion.scope == scope_of(code), SettingVersion.version == version
        )
    )
    if text is None:
        raise LookupError(f"{code} has no version {version}")
    rows: Overlay = json.loads(text)
    return rows
