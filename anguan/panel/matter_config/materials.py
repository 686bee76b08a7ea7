"""材料: declared materials of a matter with the rows that override them, and the form of one."""

from collections.abc import Mapping
from typing import Any, BinaryIO, cast

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from wtforms import FileField, Form
from wtforms.validators import ValidationError

from anguan.core.material import Material
from anguan.core.matter import Matter
from anguan.extensions import db, storage
from anguan.infra.files import store
from anguan.infra.inspection import Unacceptable, inspect, read_upload
from anguan.infra.transaction import transaction
from anguan.matters.in_force import PREDICATES, declared, describe, in_force
from anguan.models import MaterialConfig
from anguan.panel.common.form_fields import PLACEHOLDERS, choice, fills, switch, text, text_area, whole_number

ACCEPT = (("image,pdf", "图片或 PDF"), ("image", "只收图片"), ("pdf", "只收 PDF"))
WHEN = tuple((code, title) for code, (title, _) in PREDICATES.items())


class MaterialForm(Form):
    """One material as the applicant sees it."""

    code = text("代码", 38, code=True, hint="保存后不能改。")
    title = text("名称", 100, checks=(fills,))
    hint = text_area("给申请人的说明", 500, hint=PLACEHOLDERS, checks=(fills,))
    required = switch("必交", "不勾选为选交。")
    when_code = choice("谁要交", (("", "按系统默认"), *WHEN), required=False)
    accept = choice("格式", ACCEPT)
    limit_mb = whole_number("每份不超过（MB）", 1, 20, required=True)
    position = whole_number("次序", 0, 9999, hint="小的在前；系统材料的次序是 10、20、30……")
    retired = switch("停用", "停用后新申请不再要求，旧申请里的文件保留。")

    sample = FileField(
        "样例文件", description="给申请人看的样子，图片或 PDF。请用虚构的内容，任何人都能打开。"
    )
    drop_sample = switch("不再展示现在的样例文件")

    def validate_position(self, field: Any) -> None:
        """Without a position: as declared, or last."""
        field.data = field.data or 0

    def validate_sample(self, field: Any) -> None:
        """Inspect and store the sample file. Raises ValidationError when it is unacceptable."""
        try:
            field.data = store_sample(field.data)
        except Unacceptable as unacceptable:
            field.data = None
            raise ValidationError(unacceptable.sentence) from None


def build_materials(session: Session, plain: Matter) -> list[Mapping[str, Any]]:
    """Every material for the page of the matter: those in force in order, retired ones last."""
    rows = {
        row.code: row
        for row in session.scalars(select(MaterialConfig).where(MaterialConfig.matter == plain.code))
    }
    own = {material.code for material in plain.materials}
    live = in_force(session, plain.code).materials
    shown = [_material_data(material, rows.get(material.code), material.code in own) for material in live]
    there = {material.code for material in live}
    for code, row in rows.items():
        if code not in there:
            base = next((material for material in plain.materials if material.code == code), None)
            shown.append(_material_data(base or Material(code, row.title, hint=row.hint), row, code in own))
    return shown


def _material_data(material: Material, row: MaterialConfig | None, is_declared: bool) -> Mapping[str, Any]:
    return {
        "material": material,
        "row": row,
        "declared": is_declared,
        "origin": "系统默认" if row is None else "已调整" if is_declared else "新增",
        "retired": row is not None and row.retired,
        "when": format_when(material),
        "accept": dict(ACCEPT).get(",".join(material.accept), "、".join(material.accept)),
        "instead": [chosen.title for chosen in material.alternatives],
        "sample": format_sample(material),
    }


def format_sample(material: Material) -> str:
    """Which sample files the applicant finds at the upload field."""
    form = {"commitment": "承诺书模板", "application": "申请表模板"}.get(material.sample or "", "")
    return "、".join(part for part in (form, "样例文件" if material.sample_file else "") if part)


def store_sample(sent: Any) -> str | None:
    """SHA-256 of the uploaded sample after inspection; None when none was chosen."""
    if not isinstance(sent, FileStorage) or not sent.filename:
        return None
    clean = inspect(read_upload(cast(BinaryIO, sent.stream), sent.filename), sent.filename)
    with transaction(db.session):
        return store(db.session, storage(), clean).sha256


def format_when(material: Material) -> str:
    """For whom a material is required, in words."""
    return describe(material.when) or "按系统条件"


def declared_material(matter: str, code: str) -> Material | None:
    """The material as the code declares it."""
    return next((material for material in declared(matter).materials if material.code == code), None)


def fill_form(matter: str, code: str) -> MaterialConfig:
    """Initial values of the form of a declared material, or of a new one."""
    plain = declared_material(matter, code)
    if plain is None:
        return MaterialConfig(required=True, accept="image,pdf", limit_mb=10, position=0)
    return MaterialConfig(
        title=plain.title,
        hint=plain.hint,
        required=plain.required,
        accept=",".join(plain.accept),
        limit_mb=plain.limit_mb,
        position=0,
    )


def trim_values(values: dict[str, Any], matter: str, code: str) -> dict[str, Any]:
    """Drop values that equal the declaration, so that they are not stored."""
    plain = declared_material(matter, code)
    if plain is not None:
        for name, said in (("title", plain.title), ("hint", plain.hint), ("accept", ",".join(plain.accept))):
            if values[name] == said:
                values[name] = ""
        if values["limit_mb"] == plain.limit_mb:
            values["limit_mb"] = None
    return values


def asked_code() -> str:
    """Code of a declared material in the URL."""
    return request.args.get("code", "")


def row_of(matter: str, code: str) -> MaterialConfig | None:
    """Row that overrides a material, if there is one."""
    return db.session.scalar(
        select(MaterialConfig).where(MaterialConfig.matter == matter, MaterialConfig.code == code)
    )
