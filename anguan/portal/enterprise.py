"""我的企业: the page of an enterprise account."""

from flask import render_template
from flask.typing import ResponseReturnValue

from anguan.portal.blueprint import portal
from anguan.portal.visitor import crumbs, current_account
from anguan.web.access import require_roles


@portal.get("/enterprise", endpoint="enterprise")
@require_roles("enterprise")
def show_enterprise() -> ResponseReturnValue:
    """企业信息: name and credit code as registered."""
    return render_template(
        "portal/enterprise.html",
        crumbs=crumbs(("我的企业", None), ("企业信息", None)),
        enterprise=current_account().enterprise,
    )
