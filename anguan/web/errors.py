"""Error pages: what to do next, and an error number by which the log entry is found."""

import logging
import re
import secrets
from contextlib import suppress
from typing import Any, TypedDict

from flask import Flask, Response, g, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as BaseResponse

from anguan.auth.identity import ANONYMOUS
from anguan.core import clock
from anguan.extensions import db
from anguan.infra.files import Unstored
from anguan.infra.outages import is_outage, report_outage
from anguan.infra.transaction import Busy
from anguan.web.forms import SECRETS
from anguan.web.kept_forms import keep_late_form
from anguan.web.redirects import home_url
from anguan.web.responses import is_autosave, is_fetch

_HAN = re.compile("[\u4e00-\u9fff]")
_log = logging.getLogger("anguan.errors")

STALE = "页面打开太久，或者不是从本系统提交的。请返回上一页，刷新后再试一次；已保存的草稿不会丢失。"
STALE_KEPT = "页面打开太久，这次提交没有受理。您填的内容保留着，点下面的按钮继续。"
TIMED_OUT = "登录已经超时，这次提交没有受理。请重新登录后再做一次；已保存的草稿不会丢失。"


class ErrorLink(TypedDict):
    """The link of an error page."""

    action_url: str
    action_label: str


def register_error_handlers(app: Flask) -> None:
    """Register an error page for every kind of failure."""
    app.register_error_handler(CSRFError, show_stale)
    app.register_error_handler(HTTPException, show_refusal)
    app.register_error_handler(Busy, show_busy)
    app.register_error_handler(Unstored, show_full)
    app.register_error_handler(OperationalError, show_database_fault)
    app.register_error_handler(InternalServerError, show_fault)


def show_stale(error: HTTPException) -> BaseResponse:
    """400 for a form without a valid CSRF token; usually the login timed out meanwhile.

    Its text is kept: after the login, or at once, a page offers to go on with it.
    """
    kept = keep_late_form()
    if g.get("timed_out"):
        if kept and not is_fetch() and not is_autosave():
            return redirect(url_for("account.login", timed_out=1, next=url_for("account.kept_form")))
        return render_error(400, sentence=TIMED_OUT, title="登录已超时", **_link("account.login", "重新登录"))
    if kept:
        return render_error(400, sentence=STALE_KEPT, **_link("account.kept_form", "看刚才的内容"))
    return render_error(400, sentence=STALE)


def show_refusal(error: HTTPException) -> Response:
    """The page of an HTTP error; it shows the description that the view gave, if any."""
    if error.response is not None and error.code is None:
        return make_response(error.response)
    code = error.code or 500
    own = str(error.description or "")
    response = render_error(code, sentence=own if _HAN.search(own) else "")
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After", "Content-Range"):
            response.headers[name] = value
    return response


def show_busy(error: Busy) -> Response:
    """503: a lock was not obtained in time. What was typed stands in the page, to be sent again."""
    typed = _typed()
    then = "您填的内容在这一页上，过几秒点“再提交一次”即可。" if typed else "请过几秒再试。"
    if any(file.filename for files in request.files.listvalues() for file in files):
        then += "刚才选的文件请回到原来的页面重新上传。"
    response = render_error(
        503,
        title="现在办理的人较多",
        sentence=f"{error}。{then}",
        offline=True,
        send_again=typed,
        send_to=request.full_path.rstrip("?"),
    )
    response.headers["Retry-After"] = "5"
    return response


def _typed() -> list[tuple[str, str]]:
    """Fields of the posted form; none where a password is among them, which no page may hold."""
    if SECRETS & request.form.keys():
        return []
    return [(name, text) for name, text in request.form.items(multi=True) if name != "csrf_token"]


def show_full(error: Unstored) -> Response:
    """503: no space left for files."""
    number = log_error("no room for files", error)
    return render_error(503, title="暂时存不下文件", sentence=error.sentence, error_number=number)


def show_database_fault(error: OperationalError) -> Response:
    """503: the database does not answer, or not as it should; only the latter needs a traceback."""
    number = ""
    if is_outage(error):
        report_outage(error)
    else:
        number = log_error("the database refuses a statement", error)
    response = render_error(503, title="系统暂时无法办理", sentence=_LATER, error_number=number, offline=True)
    response.headers["Retry-After"] = "10"
    return response


def show_fault(error: InternalServerError) -> Response:
    """500: an unexpected error of the program."""
    number = log_error("unexpected failure, told just before this line")
    return render_error(500, error_number=number, offline=True)


_LATER = "数据库此刻没有回应，请过一会儿再试。已提交的申请不受影响。"


def log_error(what: str, error: BaseException | None = None) -> str:
    """Log an error under a new number, and return the number."""
    number = f"{clock.beijing(clock.now()):%m%d-%H%M}-{secrets.token_hex(3).upper()}"
    _log.error("%s %s at %s %s", number, what, request.method, request.endpoint, exc_info=error)
    return number


def render_error(code: int, offline: bool = False, **words: Any) -> Response:
    """Render the page of an error; with `offline` the page layout does not query the database."""
    if offline:
        g.frame_offline = True
        g.pop("frame", None)
        with suppress(SQLAlchemyError):
            db.session.rollback()
    who = g.get("who", ANONYMOUS)
    if is_fetch():
        return make_response({"code": code, "sentence": words.get("sentence", "")}, code)
    try:
        if who.is_authenticated and "action_url" not in words:
            words["action_url"] = home_url(who)
        page = render_template("layout/error.html", code=code, **words)
    except Exception:  # the frame itself is broken, or the request names a host that is not ours
        _log.debug("plain error page", exc_info=True)
        page = _plain(code, words)
    return make_response(page, code)


def _plain(code: int, words: dict[str, Any]) -> str:
    title = escape(words.get("title") or f"错误代码 {code}")
    lines = [words.get("sentence") or "请稍后再试。", words.get("error_number") or ""]
    body = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><main><h1>{title}</h1>{body}</main></body></html>"
    )


def _link(endpoint: str, label: str) -> ErrorLink:
    return {"action_url": url_for(endpoint), "action_label": label}
