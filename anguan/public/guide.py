"""The guide (办事指南), generated from the matter catalogue so that it always agrees with the forms."""

from flask import Response, abort, render_template, url_for
from sqlalchemy import select

from anguan.core.field import always
from anguan.core.material import Material
from anguan.core.matter import Matter
from anguan.domain.policies import Policies, load_policies
from anguan.extensions import db, storage
from anguan.matters.in_force import describe, for_citizens, in_force
from anguan.models import StoredFile
from anguan.public.blueprint import public
from anguan.web.access import require_roles
from anguan.web.steps import Step, StepState

PLACES = {"certificate": ("我的证书", "portal.certificates"), "person": ("个人信息", "portal.profile")}
"""The page on which a request of a matter is started, by the matter's subject."""


@public.get("/guide")
@require_roles("public")
def guide() -> str:
    """List all matters, in menu order."""
    return render_template(
        "public/guide.html",
        matters=for_citizens(db.session),
        crumbs=[("首页", url_for("public.start")), ("办事指南", None)],
    )


@public.get("/guide/<code>")
@require_roles("public")
def guide_matter(code: str) -> str:
    """One matter: who may apply, materials, time limits, next steps and contacts."""
    try:
        matter = in_force(db.session, code)
    except LookupError:
        abort(404)
    if matter.filed_by == "office":
        abort(404)
    limits = load_policies(db.session)
    place, endpoint = PLACES.get(matter.subject, ("首页", "portal.home"))
    return render_template(
        "public/matter.html",
        matter=matter,
        materials=[(material, _for_whom(material)) for material in matter.materials],
        asked=[field for field in matter.asked if field.when is always or field.hint],
        conditions=[rule.title for rule in matter.rules],
        steps=_steps(matter, limits),
        place=place,
        begin_url=url_for("account.login", next=url_for(endpoint)),
        crumbs=[
            ("首页", url_for("public.start")),
            ("办事指南", url_for("public.guide")),
            (matter.title, None),
        ],
    )


@public.get("/guide/<code>/samples/<paper>", endpoint="file")
@require_roles("public")
def show_sample(code: str, paper: str) -> Response:
    """The sample document of a material that the office has published; open to all. Aborts with 404."""
    try:
        materials = in_force(db.session, code).materials
    except LookupError:
        abort(404)
    wanted = next((one.sample_file for one in materials if one.code == paper and one.sample_file), "")
    kept = db.session.scalar(select(StoredFile).where(StoredFile.sha256 == wanted))
    if kept is None:
        abort(404)
    answer = Response(storage().read(kept.sha256), mimetype=kept.mime)
    ending = "pdf" if kept.mime == "application/pdf" else "jpg"
    answer.headers.set("Content-Disposition", "inline", filename=f"sample-{paper}.{ending}")
    return answer


def _for_whom(material: Material) -> str:
    """The condition under which a material is required, in words; '' when everybody submits it."""
    if material.when is always:
        return "" if material.required else "选交"
    return f"仅限：{describe(material.when) or '系统提示需要时'}"


def _steps(matter: Matter, limits: Policies) -> list[Step]:
    steps = [
        ("1 登录填写", "随时可以保存草稿", StepState.PLAIN),
        ("2 核对并提交", "得到受理编号和回执", StepState.PLAIN),
    ]
    for step in matter.steps:
        steps.append(
            (f"{len(steps) + 1} {step.title}", f"{matter.promised_days} 个工作日内", StepState.PLAIN)
        )
    steps.append((f"{len(steps) + 1} 办结", f"电子证书 {limits.ready_hours} 小时内更新", StepState.PLAIN))
    return steps
