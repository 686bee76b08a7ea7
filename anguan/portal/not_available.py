"""Services of the manual that are not available yet: says so, with a phone number."""

from flask import render_template
from flask.typing import ResponseReturnValue

from anguan.portal.blueprint import portal
from anguan.portal.visitor import crumbs
from anguan.web.access import require_roles


@portal.get("/apply", endpoint="apply")
@require_roles("applicant")
def show_apply() -> ResponseReturnValue:
    """证书申领."""
    return render_template("portal/apply.html", crumbs=crumbs(("证书", None), ("证书申领", None)))


@portal.get("/exams", endpoint="exams")
@require_roles("applicant")
def show_exams() -> ResponseReturnValue:
    """考试: 考场信息安排, 考试报名, 准考证打印, 成绩查询."""
    return render_template("portal/exams.html", crumbs=crumbs(("考试", None)))
