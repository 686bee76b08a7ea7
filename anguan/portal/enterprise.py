"""我的企业: for now a firm sees who it is."""

from flask import render_template
from flask.typing import ResponseReturnValue

from anguan.portal.blueprint import portal
from anguan.portal.visitor import account, crumbs
from anguan.web.access import opens_to


@portal.get("/enterprise", endpoint="enterprise")
@opens_to("enterprise")
def show_enterprise() -> ResponseReturnValue:
    """企业信息: name and code as registered."""
    return render_template(
        "portal/enterprise.html",
        crumbs=crumbs(("我的企业", None), ("企业信息", None)),
        enterprise=account().enterprise,
    )
