"""Error pages for exceptions of the services: not found, out of date, reused form, damaged file."""

from flask import Response

from anguan.infra.files import Damaged
from anguan.infra.idempotency import KeyReused
from anguan.pdf.renderer import RenderError
from anguan.portal.blueprint import portal
from anguan.services.refusals import NotFound, Refused, StaleRequest
from anguan.web.errors import render_error


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
    """The PDF could not be rendered."""
    return render_error(503, title="这份文件暂时生成不了", sentence=f"{error}。")
