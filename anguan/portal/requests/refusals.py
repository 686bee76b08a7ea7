"""Error pages for exceptions of the services: not found, out of date, reused form, damaged file."""

from flask import Response

from anguan.infra.files import Damaged
from anguan.infra.idempotency import KeyReused
from anguan.infra.printing import name_character
from anguan.pdf.renderer import MissingGlyph, RenderError
from anguan.portal.blueprint import portal
from anguan.services.refusals import NotFound, Refused, StaleRequest
from anguan.web.errors import log_error, render_error

UNPRINTED = "您的申请和已填写的内容不受影响。请过几分钟再试；仍不行，请拨技术支持电话并报出错误编号。"
UNPRINTED_CHARACTER = (
    "里面的{named}打印不出来，您的申请不受影响。还能修改的内容，请换成常用的文字后再下载；"
    "证件上的字打印不出来的，请拨考核管理部门电话。"
)


@portal.errorhandler(NotFound)
def show_missing(refused: Refused) -> Response:
    """Not found, or somebody else's: the same answer."""
    return render_error(404)


@portal.errorhandler(StaleRequest)
def show_stale(refused: StaleRequest) -> Response:
    """The data has changed since the page was opened."""
    return render_error(409, sentence=refused.sentence)


@portal.errorhandler(KeyReused)
def show_reused(error: KeyReused) -> Response:
    """An idempotency key was used again with different contents."""
    return render_error(409, sentence=f"{error}。")


@portal.errorhandler(Damaged)
def show_damaged_file(error: Damaged) -> Response:
    """A stored file is missing or its digest differs; nothing is shown in its place."""
    return render_error(503, title="这份文件暂时打不开", sentence="文件核对没有通过，请拨技术支持电话。")


@portal.errorhandler(RenderError)
def show_unprinted(error: RenderError) -> Response:
    """The PDF could not be rendered; the reason is for staff and stands in the log."""
    number = log_error("a PDF was not rendered", error)
    sentence = UNPRINTED
    if isinstance(error, MissingGlyph):
        named = "、".join(f"“{name_character(char)}”" for char in error.chars)
        sentence = UNPRINTED_CHARACTER.format(named=named)
    return render_error(503, title="这份文件暂时生成不了", sentence=sentence, error_number=number)
