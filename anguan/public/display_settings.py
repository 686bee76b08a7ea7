"""Display settings of a visitor (大字, 高对比), kept in a cookie only."""

from urllib.parse import urlencode

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from anguan.extensions import settings
from anguan.public.blueprint import public
from anguan.web.access import require_roles
from anguan.web.redirects import is_local
from anguan.web.template_context import CONTRASTS, SIZES, read_display_settings

A_YEAR = 365 * 24 * 3600


@public.post("/display")
@require_roles("public")
def set_display() -> Response:
    """Store the choice in the cookie and redirect to the page where it was made."""
    chosen = read_display_settings()
    for name, words in (("size", SIZES), ("contrast", CONTRASTS)):
        if request.form.get(name) in words:
            chosen[name] = request.form[name]
    back = request.form.get("next", "")
    answer = redirect(back if is_local(back) else url_for("public.start"))
    answer.set_cookie(
        "display",
        urlencode(chosen),
        max_age=A_YEAR,
        secure=settings().secure,
        httponly=True,
        samesite="Lax",
    )
    return answer
