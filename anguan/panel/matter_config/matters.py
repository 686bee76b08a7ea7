"""事项与材料: one page per matter with the declaration and the rows that override it."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, request
from sqlalchemy import select
from wtforms import Form
from wtforms.validators import ValidationError

from anguan.extensions import db
from anguan.infra import settings
from anguan.matters.catalog import CATALOG
from anguan.matters.in_force import declared, in_force
from anguan.matters.overlay import scope_of
from anguan.matters.texts import fill_texts
from anguan.models import MatterConfig, QuestionConfig
from anguan.panel.common import formatting
from anguan.panel.common.form_fields import PLACEHOLDERS, day, fills, switch, text, text_area, whole_number
from anguan.panel.common.routing import expose
from anguan.panel.lists.editing import SettingView, known
from anguan.panel.matter_config.materials import build_materials
from anguan.panel.matter_config.rules import build_rules

CODES = {matter.code: matter for matter in CATALOG}
KINDS = (("text", "文本"), ("date", "日期"), ("choice", "选项"), ("yesno", "是或否"))


class MatterForm(Form):
    """Texts and times of a matter."""

    enabled = switch("开放办理", "关闭后不能新建申请，已提交的照常审核。")
    title = text("名称")
    guide = text_area("办事指南", 4000, hint=PLACEHOLDERS, checks=(fills,))
    approved_text = text_area("通过后给申请人的话", 1000, hint=PLACEHOLDERS, checks=(fills,))
    promised_days = whole_number("承诺时限（工作日）", 1, 60, required=True)
    opens_on = day("受理开始日", hint="不填为随时受理。")
    closes_on = day("受理截止日", hint="含当日；不填为不截止。")

    def validate_closes_on(self, field: Any) -> None:
        """The end is not before the beginning. Raises ValidationError."""
        if field.data and self.opens_on.data and field.data < self.opens_on.data:
            raise ValidationError("截止日不能早于开始日")


class MatterPart(SettingView):
    """A row that belongs to one matter, named in the URL; it is listed on the matter's page."""

    part = ""

    def is_visible(self) -> bool:
        """Hidden in the menu: it is opened from the page of the matter."""
        return False

    def scope(self, values: Mapping[str, Any]) -> str:
        """Settings scope of the matter."""
        return scope_of(values["matter"])

    def matter(self) -> str:
        """Code of the matter in the URL of an empty form."""
        return known(request.args.get("matter", ""), CODES)

    def complete(self, values: dict[str, Any]) -> dict[str, Any]:
        """The row belongs to the matter in the URL."""
        return {"matter": self.matter(), **values}

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        """URL of the matter's page."""
        code = getattr(model, "matter", "") or request.args.get("matter", "")
        url: str = self.get_url("panel_matter.page", code=known(code, CODES), _anchor=self.part or None)
        return url

    def heading(self, row: Any) -> str:
        """Heading with the title of the matter."""
        code = row.matter if row is not None else self.matter()
        return (
            f"{CODES[code].title}：{'修改' if row is not None or self.is_declared() else '新增'}{self.name}"
        )

    def back_word(self, row: Any) -> str:
        """Title of the matter."""
        return formatting.matter_titles(db.session)[row.matter if row is not None else self.matter()]

    def is_declared(self) -> bool:
        """True when the URL names something that the code declares."""
        return False

    def open_form(self, row: Any) -> Any:
        """The form of a row that somebody may have made meanwhile; what was sent is kept for it."""
        if row is not None and request.method == "GET":
            return redirect(self.link("edit_view", id=row.id))
        return self._edit(row)

    @expose("/")
    def index_view(self) -> Any:
        """Rows are listed on the pages of their matters."""
        return redirect(self.get_url("panel_matter.index_view"))


class MatterView(MatterPart):
    """The list of matters, the page of each, and the form of its texts."""

    form = MatterForm
    part = "words"

    def is_visible(self) -> bool:
        """Shown in the menu, unlike the other parts."""
        return True

    def is_declared(self) -> bool:
        """Every matter is declared."""
        return True

    @expose("/")
    def index_view(self) -> Any:
        """Every matter of the catalogue."""
        matters = [in_force(db.session, code) for code in CODES]
        return self.render("admin/matters.html", matters=matters)

    @expose("/<code>")
    def page(self, code: str) -> Any:
        """One matter: texts, materials, questions, rules, steps, versions."""
        plain = fill_texts(CODES[known(code, CODES)], formatting.limits().placeholders)
        row = db.session.scalar(select(MatterConfig).where(MatterConfig.matter == code))
        questions = db.session.scalars(
            select(QuestionConfig)
            .where(QuestionConfig.matter == code)
            .order_by(QuestionConfig.retired, QuestionConfig.position, QuestionConfig.id)
        ).all()
        return self.render(
            "admin/matter.html",
            plain=plain,
            matter=in_force(db.session, code),
            row=row,
            materials=build_materials(db.session, plain),
            questions=questions,
            kinds=dict(KINDS),
            rules=build_rules(db.session, plain),
            scope=scope_of(code),
            versions=settings.versions(db.session, scope_of(code), 5),
            may_edit=self.may("edit_view"),
        )

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """A matter that has a row of texts already is edited instead."""
        row = db.session.scalar(select(MatterConfig).where(MatterConfig.matter == self.matter()))
        return self.open_form(row)

    def prefill(self) -> MatterConfig:
        """The declared values."""
        plain = declared(self.matter())
        return MatterConfig(
            enabled=plain.enabled,
            title=plain.title,
            guide=plain.guide,
            approved_text=plain.approved_text,
            promised_days=plain.promised_days,
        )

    def adapt(self, form: Form, row: Any, sent: bool) -> None:
        """Empty columns are shown with the declared texts."""
        if row is None or sent:
            return
        plain = CODES[row.matter]
        for name in ("title", "guide", "approved_text", "promised_days"):
            form[name].data = form[name].data or getattr(plain, name)

    def values(self, form: Form) -> dict[str, Any]:
        """Values that equal the declaration are not stored, so that later releases can change them."""
        values = super().values(form)
        code = request.args.get("matter") or self.get_one(request.args.get("id", "")).matter
        for name in ("title", "guide", "approved_text"):
            if values[name] == getattr(CODES[code], name):
                values[name] = ""
        return values

    def describe_row(self, row: MatterConfig) -> str:
        """Title of the matter."""
        return row.title or CODES[row.matter].title
