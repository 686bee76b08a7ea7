"""审核步骤 of one matter: one to three review steps, stored as rows that override the declared ones."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from flask import flash, redirect, request
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from anguan.core.matter import Step
from anguan.extensions import db
from anguan.infra import settings
from anguan.infra.events import actor_of
from anguan.infra.printing import printing_fault
from anguan.matters.catalog import CATALOG
from anguan.matters.in_force import in_force
from anguan.matters.overlay import scope_of
from anguan.models import Account, StepConfig
from anguan.panel.common.guard import GuardedMixin, current_account
from anguan.panel.common.routing import expose
from anguan.panel.lists.editing import known
from anguan.services.edit_conflicts import EditConflict, fields_to_keep
from anguan.web.access import ask_password_again, require_roles
from anguan.web.seen_values import read_saw, read_theirs, renewed_values, sign_values

MOST = 3
LONGEST = 20
ROLES = (("reviewer", "审核员"), ("senior_reviewer", "高级审核员"))
REACHES = (("region", "州市（本地区审核员，省级也能办）"), ("province", "省级（不限地区的审核员）"))
CODES = {matter.code: matter for matter in CATALOG}
StepEntry = dict[str, Any]


class StepView(GuardedMixin):
    """The form of all steps of one matter, saved at once, so that no partial change takes effect."""

    allowed_roles = ("administrator",)

    def is_visible(self) -> bool:
        """Hidden in the menu: it is opened from the page of the matter."""
        return False

    @expose("/")
    def index(self) -> Any:
        """The steps are listed on the pages of their matters."""
        return redirect(self.get_url("panel_matter.index_view"))

    @expose("/<code>")
    def form(self, code: str) -> Any:
        """The steps in force."""
        known(code, CODES)
        if away := ask_password_again():
            return away
        matter = in_force(db.session, code)
        return self._show(code, [build_step(step) for step in matter.steps], [])

    @expose("/<code>", methods=("POST",))
    @require_roles("administrator")
    def save(self, code: str) -> Any:
        """Replace the rows of the matter and publish a version."""
        known(code, CODES)
        if away := ask_password_again():
            return away
        entries = [read_entry(request.form, place) for place in range(MOST)]
        if faults := find_faults(db.session, entries):
            return self._show(code, entries, faults), 400
        try:
            self._publish(code, "修改审核步骤", entries, asks=True)
        except EditConflict as conflict:
            return self._show(code, entries, [], conflict.now), 409
        flash("已保存，立即生效。已提交的申请按提交时的步骤办完。", "ok")
        return self._back(code)

    @expose("/<code>/reset", methods=("POST",))
    @require_roles("administrator")
    def reset(self, code: str) -> Any:
        """恢复默认."""
        known(code, CODES)
        if away := ask_password_again():
            return away
        self._publish(code, "审核步骤恢复默认", [])
        flash("审核步骤已恢复为系统默认。", "ok")
        return self._back(code)

    def _publish(self, code: str, words: str, entries: Sequence[StepEntry], asks: bool = False) -> None:
        def write(session: Session) -> None:
            rows = _settle(session, code, entries) if asks else entries
            session.execute(delete(StepConfig).where(StepConfig.matter == code))
            for place, entry in enumerate((row for row in rows if row["title"]), 1):
                session.add(
                    StepConfig(
                        matter=code,
                        code=f"step_{place}",
                        title=entry["title"],
                        role=entry["role"],
                        regional=entry["reach"] == "region",
                        position=place,
                    )
                )

        title = CODES[code].title
        settings.change(db.session, actor_of(current_account()), scope_of(code), f"{title}：{words}", write)

    def _back(self, code: str) -> Any:
        return redirect(self.get_url("panel_matter.page", code=code, _anchor="steps"))

    def _show(
        self,
        code: str,
        entries: Sequence[StepEntry],
        faults: Sequence[tuple[str, str]],
        theirs: Mapping[str, str] | None = None,
    ) -> str:
        filled, others, said = fill_up(entries), theirs or {}, dict(faults)
        fieldsets = [build_fields(place, entry, said, others) for place, entry in enumerate(filled)]
        asked = [
            (field["name"], f"{field['label']}：您打开以后，别人改成了“{field['theirs']}”，请选择用哪一个")
            for fields in fieldsets
            for field in fields
            if field["theirs"]
        ]
        return self.render(
            "admin/steps.html",
            matter=in_force(db.session, code),
            fieldsets=fieldsets,
            faults=[*faults, *asked],
            seen=renewed_values(others) if request.method == "POST" else sign_values(texts_of(filled)),
            back=self.get_url("panel_matter.page", code=code, _anchor="steps"),
        )


def fill_up(entries: Sequence[StepEntry]) -> list[StepEntry]:
    """The entries with empty ones behind them, as many as the form shows."""
    return [*entries, *({"title": "", "role": "reviewer", "reach": "province"} for _ in range(MOST))][:MOST]


def texts_of(entries: Sequence[StepEntry]) -> dict[str, str]:
    """The values by field of the form."""
    return {
        f"{name}_{place}": str(value) for place, entry in enumerate(entries) for name, value in entry.items()
    }


def _settle(session: Session, code: str, entries: Sequence[StepEntry]) -> list[StepEntry]:
    """The entries with what others changed and this form did not. Raises EditConflict."""
    now = texts_of(fill_up([build_step(step) for step in in_force(session, code).steps]))
    kept = fields_to_keep(now, texts_of(entries), read_saw(), read_theirs())
    return [
        {
            name: now[f"{name}_{place}"] if f"{name}_{place}" in kept else value
            for name, value in entry.items()
        }
        for place, entry in enumerate(entries)
    ]


def build_step(step: Step) -> StepEntry:
    """A step as form values."""
    return {"title": step.title, "role": step.role, "reach": "region" if step.regional else "province"}


def read_entry(form: Mapping[str, str], place: int) -> StepEntry:
    """Typed values of one step."""
    return {
        "title": form.get(f"title_{place}", "").strip(),
        "role": form.get(f"role_{place}", ""),
        "reach": form.get(f"reach_{place}", ""),
    }


def find_faults(session: Session, entries: Sequence[StepEntry]) -> list[tuple[str, str]]:
    """Errors of these steps as (field, sentence)."""
    faults, earlier = [], list[frozenset[int]]()
    if not entries[0]["title"]:
        faults.append(("title_0", "至少要有一步，请填写名称"))
    province = False
    for place, entry in enumerate(entries):
        if not entry["title"]:
            if any(later["title"] for later in entries[place + 1 :]) and place:
                faults.append((f"title_{place}", f"第 {place + 1} 步空着，后面的步骤请往前移"))
            continue
        if len(entry["title"]) > LONGEST:
            faults.append((f"title_{place}", f"最多 {LONGEST} 个字"))
        elif fault := printing_fault(entry["title"]):
            faults.append((f"title_{place}", fault))
        if entry["role"] not in dict(ROLES):
            faults.append((f"role_{place}", "请选择由谁办"))
        elif entry["reach"] not in dict(REACHES):
            faults.append((f"reach_{place}", "请选择哪一级"))
        elif province and entry["reach"] == "region":
            faults.append((f"reach_{place}", "省级之后不能再回到州市"))
        elif is_short(people := people_for(session, entry), earlier):
            faults.append((f"role_{place}", "能办这一步的人不够：每一步要由不同的人办，请先开设账号"))
        else:
            earlier.append(people)
        province = province or entry["reach"] == "province"
    return faults


def people_for(session: Session, entry: StepEntry) -> frozenset[int]:
    """Active accounts that could review this step in some region."""
    roles = ("senior_reviewer",) if entry["role"] == "senior_reviewer" else ("reviewer", "senior_reviewer")
    everywhere = or_(Account.region.is_(None), Account.region == "")
    query = select(Account.id).where(Account.role.in_(roles), Account.disabled_at.is_(None))
    return frozenset(session.scalars(query if entry["reach"] == "region" else query.where(everywhere)))


def is_short(people: frozenset[int], earlier: Sequence[frozenset[int]]) -> bool:
    """True when the steps cannot all be reviewed by different people (Hall's condition with the new step)."""
    for size in range(len(earlier) + 1):
        for others in combinations(earlier, size):
            if len(people.union(*others)) <= size:
                return True
    return False


def build_fields(
    place: int, entry: StepEntry, faults: Mapping[str, str], theirs: Mapping[str, str]
) -> list[Mapping[str, Any]]:
    """The three fields of one step for the form macros."""
    spoken = f"第 {place + 1} 步"
    shapes = (
        ("title", "名称", "text", (), place == 0),
        ("role", "由谁办", "choice", ROLES, False),
        ("reach", "哪一级", "choice", REACHES, False),
    )
    return [
        {
            "name": f"{name}_{place}",
            "label": f"{spoken}{label}",
            "control": control,
            "value": entry[name],
            "options": options,
            "error": faults.get(f"{name}_{place}", ""),
            "theirs": (dict(options).get(now, now) or "（空）")
            if (now := theirs.get(f"{name}_{place}")) is not None
            else "",
            "required": required,
            "optional_word": name == "title",
            "radio": False,
            "width": 24,
            "hint": "例如 州市初审、省级复审" if name == "title" and place == 0 else "",
        }
        for name, label, control, options, required in shapes
    ]
