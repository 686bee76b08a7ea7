"""The public start page and the accessibility statement."""

from flask import render_template, url_for

from anguan.domain.policies import load_policies
from anguan.extensions import db
from anguan.matters.in_force import for_citizens
from anguan.public.blueprint import public
from anguan.public.form_fields import check_fields
from anguan.web.access import require_roles
from anguan.web.steps import StepState

STEPS = (
    ("1 报名", "填资料，点“确认提交”", StepState.PLAIN),
    ("2 能力审核", "由考核管理部门审核", StepState.PLAIN),
    ("3 打印准考证", "考试前打印", StepState.PLAIN),
    ("4 考试", "安全生产知识和管理能力", StepState.PLAIN),
    ("5 公示", "合格人员名单公示", StepState.PLAIN),
    ("6 证书申领", "公示期满，由本人发起", StepState.PLAIN),
)


@public.get("/")
@require_roles("public")
def start() -> str:
    """Render the start page."""
    hours = load_policies(db.session).ready_hours
    return render_template(
        "public/start.html",
        matters=[matter for matter in for_citizens(db.session) if matter.enabled],
        fields=check_fields(),
        steps=(*STEPS, ("7 电子证", f"通过后 {hours} 小时内", StepState.PLAIN)),
    )


@public.get("/accessibility")
@require_roles("public")
def accessibility() -> str:
    """无障碍声明: accessibility features, known limits and the contact for help."""
    return render_template(
        "public/accessibility.html", crumbs=[("首页", url_for("public.start")), ("无障碍声明", None)]
    )
