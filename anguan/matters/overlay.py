"""Overlays: the rows by which administrators override a matter, complete for each version."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from anguan.domain.memo import read_once
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
    """The scope of a matter in setting_version."""
    return f"matter:{code}"


def newest(session: Session, codes: Iterable[str]) -> Mapping[str, tuple[int, Overlay]]:
    """The newest version and overlay of each of these matters; (0, {}) where none was saved.

    One statement for all of them, once per transaction.
    """
    wanted = tuple(codes)
    return read_once(session, ("overlays", wanted), lambda: _newest(session, wanted))


def _newest(session: Session, codes: Sequence[str]) -> Mapping[str, tuple[int, Overlay]]:
    scopes = [scope_of(code) for code in codes]
    last = (
        select(SettingVersion.scope, func.max(SettingVersion.version).label("version"))
        .where(SettingVersion.scope.in_(scopes))
        .group_by(SettingVersion.scope)
        .subquery()
    )
    found = session.execute(
        select(SettingVersion.scope, SettingVersion.version, SettingVersion.rows).join(
            last, (SettingVersion.scope == last.c.scope) & (SettingVersion.version == last.c.version)
        )
    )
    rows = {scope: (version, json.loads(text)) for scope, version, text in found}
    return {code: rows.get(scope_of(code), (0, {})) for code in codes}


def overlay_at(session: Session, code: str, version: int) -> Overlay:
    """The overlay of one version, {} for version 0; LookupError when it was never saved."""
    if version == 0:
        return {}
    return read_once(session, ("overlay", code, version), lambda: _at(session, code, version))


def _at(session: Session, code: str, version: int) -> Overlay:
    text = session.scalar(
        select(SettingVersion.rows).where(
            SettingVersion.scope == scope_of(code), SettingVersion.version == version
        )
    )
    if text is None:
        raise LookupError(f"{code} has no version {version}")
    rows: Overlay = json.loads(text)
    return rows
