"""版本与恢复: saved versions of a settings scope, their differences, and restoring one."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, flash, redirect, request

from anguan.core.record_ids import read_id
from anguan.extensions import db
from anguan.infra import settings
from anguan.infra.events import actor_of
from anguan.matters.catalog import CATALOG
from anguan.matters.overlay import scope_of
from anguan.models import SettingVersion
from anguan.panel.common.guard import GuardedMixin, current_account
from anguan.panel.common.routing import expose
from anguan.panel.settings.dictionaries import DICTIONARIES
from anguan.web.access import ask_password_again, require_roles

NAMED = ("title", "label", "sentence", "day", "name", "rule", "matter", "code")
Scopes = dict[str, tuple[str, str, dict[str, str]]]


def scopes() -> Scopes:
    """Every scope with its title, its endpoint and the endpoint's arguments."""
    found: Scopes = {
        scope_of(matter.code): (matter.title, "panel_matter.page", {"code": matter.code})
        for matter in CATALOG
    }
    for code, title in DICTIONARIES:
        found[f"dictionary:{code}"] = (
            f"字典：{title}", "panel_dictionary.index_view", {"flt_dictionary": code},
        )  # fmt: skip
    found["reasons"] = ("退回理由", "panel_reason.index_view", {})
    found["calendar"] = ("工作日历", "panel_calendar.index_view", {})
    found["policies"] = ("参数", "panel_policy.index_view", {})
    return found


class VersionView(GuardedMixin):
    """Versions of one scope."""

    allowed_roles = ("administrator", "auditor")

    def is_visible(self) -> bool:
        """Hidden in the menu: it is opened from the page of a setting."""
        return False

    @expose("/")
    def index(self) -> str:
        """The versions, the newest first, each with its changes. Aborts with 404 for an unknown scope."""
        scope = request.args.get("scope", "")
        if scope not in scopes():
            abort(404)
        return self._show(scope)

    def _show(self, scope: str, seen: int | None = None) -> str:
        """The page; `seen` is the newest version of the page on which a restore was asked for."""
        title, endpoint, more = scopes()[scope]
        entries = build_versions(settings.versions(db.session, scope, 31))[:30]
        return self.render(
            "admin/versions.html",
            scope=scope,
            scope_title=title,
            back=self.get_url(endpoint, **more),
            entries=entries,
            may_restore=self.may("restore"),
            newer=[one for one in entries if seen is not None and one["version"].version > seen],
        )

    @expose("/restore", methods=("POST",))
    @require_roles("administrator")
    def restore(self) -> Any:
        """Restore a version. Aborts with 404 for an unknown scope."""
        scope, version = request.form.get("scope", ""), request.form.get("version", "")
        if scope not in scopes():
            abort(404)
        if away := ask_password_again():
            return away
        seen = read_id(request.form.get("newest"))
        number = 0 if version == "0" else read_id(version) or -1  # 0: as declared, no saved version
        _, endpoint, more = scopes()[scope]
        try:
            if version == "previous":
                made = settings.restore_previous(db.session, actor_of(current_account()), scope, seen)
            else:
                made = settings.restore(db.session, actor_of(current_account()), scope, number, seen)
        except settings.NewerVersion:
            return self._show(scope, seen), 409
        except settings.NoEarlierVersion as nothing:
            flash(f"{nothing}。", "warn")
        else:
            flash(f"已恢复，现在是第 {made} 版，立即生效。", "ok")
        return redirect(self.get_url(endpoint, **more))


def build_versions(saved: Sequence[SettingVersion]) -> list[Mapping[str, Any]]:
    """Each version with the changes against the previous one."""
    entries: list[Mapping[str, Any]] = []
    for index, one in enumerate(saved):
        before = json.loads(saved[index + 1].rows) if index + 1 < len(saved) else {}
        entries.append({"version": one, "lines": _differences(before, json.loads(one.rows))})
    return entries


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    lines = []
    for part in {**before, **after}:
        old = {_key(row): row for row in before.get(part, ())}
        new = {_key(row): row for row in after.get(part, ())}
        lines += [f"新增 {_name(row)}" for key, row in new.items() if key not in old]
        lines += [f"删除 {_name(row)}" for key, row in old.items() if key not in new]
        for key, row in new.items():
            if key in old and old[key] != row:
                changed = [name for name in row if old[key].get(name) != row[name]]
                lines.append(f"修改 {_name(row)}：{'、'.join(LABELS.get(name, name) for name in changed)}")
    return lines or ["没有差别"]


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in ("matter", "dictionary", "code", "rule", "day", "name"))


def _name(row: Mapping[str, Any]) -> str:
    return str(next((row[name] for name in NAMED if row.get(name)), "一条"))[:60]


LABELS = {
    "enabled": "开放办理", "title": "名称", "guide": "办事指南", "approved_text": "通过后的话",
    "promised_days": "承诺时限", "opens_on": "开始日", "closes_on": "截止日", "hint": "说明",
    "required": "是否必交", "retired": "停用", "when_code": "谁要交", "accept": "格式", "limit_mb": "大小",
    "position": "次序", "label": "文字", "kind": "回答方式", "options": "选项", "severity": "不符合时",
    "sentence": "理由", "remedy": "怎样补正", "clause": "依据", "items": "对应的项目和材料",
    "matters": "用于事项", "kinds": "用于证书类别",
    "value": "值", "sample_file": "样例", "role": "由谁办", "regional": "哪一级", "name": "说明",
}  # fmt: skip
