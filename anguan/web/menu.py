"""The left menu of each role, in the terms of the user manuals."""

from flask import current_app, request

from anguan.auth.identity import Identity
from anguan.models import STAFF
from anguan.web.access import may_open

Links = list[tuple[str, str, bool]]
Menu = list[tuple[str, Links]]

APPLICANT = (
    (
        "",
        (
            ("首页", "portal.home"),
            ("个人信息", "portal.profile"),
            ("修改密码", "account.password"),
            ("考试", "portal.exams"),
        ),
    ),
    (
        "证书",
        (
            ("证书申领", "portal.apply"),
            ("我的证书", "portal.certificates"),
            ("办理进度", "portal.requests"),
        ),
    ),
)
ENTERPRISE = (
    ("", (("首页", "portal.home"),)),
    ("我的企业", (("企业信息", "portal.enterprise"), ("修改密码", "account.password"))),
)
OFFICE = (
    ("", (("工作台", "panel.index"), ("修改密码", "account.password"), ("登录设备", "account.sessions"))),
)
MENUS = {"applicant": APPLICANT, "enterprise": ENTERPRISE, **dict.fromkeys(STAFF, OFFICE)}

FAMILIES = {
    "portal.certificate": "portal.certificates",
    "portal.request": "portal.requests",
    "portal.edit": "portal.requests",
    "portal.review": "portal.requests",
    "portal.receipt": "portal.requests",
}
"""Pages without a menu entry highlight the entry that they belong to."""


def menu_of(who: Identity) -> Menu:
    """The menu for the page layout, without entries that are closed to this visitor."""
    lit = FAMILIES.get(request.endpoint or "", request.endpoint)
    groups = []
    for title, links in MENUS.get(who.role, ()):
        shown = [
            (label, endpoint, endpoint == lit)
            for label, endpoint in links
            if endpoint in current_app.view_functions and may_open(who, endpoint)
        ]
        if shown:
            groups.append((title, shown))
    return groups
