"""The process that turns pages into PDF: parses fonts once, then answers one page after another.

Started by renderer.py as `python -m anguan.pdf.worker`; ends when its input closes.
"""

import logging
import os
import shutil
import sys
from copy import copy
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from reportlab import rl_config
from svglib.svglib import svg2rlg
from xhtml2pdf import pisa
from xhtml2pdf import xhtml2pdf_reportlab as renderer
from xhtml2pdf.config.resources import ResourceAccessPolicy

from anguan.pdf import font_registration, ipc, line_breaking, sandbox
from anguan.pdf.fonts import FOLDER, LAST_RESORT
from anguan.pdf.images import as_data_uri

BUNDLED = "picture:"
"""Scheme of the pictures that travel with a page; nothing else can be referred to."""


class ResourceRefused(Exception):
    """The page asked for something that the press does not give."""


class LogCollector(logging.Handler):
    """Collects what the renderer only mutters: a refused picture must fail the page, not thin it out."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage()[:300])


def harden_libraries() -> None:
    """Close what the libraries leave open, and stop where that did not work."""
    rl_config.trustedSchemes = ["data"]
    rl_config.trustedHosts = []
    if rl_config.toColorCanUse == "rl_safe_eval":
        raise RuntimeError("reportlab would evaluate colours as code")
    # Binary streams: a fifth smaller, and no slow text encoding.
    rl_config.useA85 = 0
    renderer.svg2rlg = recall_drawing
    Image.MAX_IMAGE_PIXELS = 24_000_000
    Image.preinit()


@lru_cache(maxsize=32)
def read_drawing(svg: bytes) -> Any:
    """The drawing of one of our own ornaments, parsed once."""
    return svg2rlg(BytesIO(svg), resolve_entities=False)


def recall_drawing(source: BytesIO, **_options: Any) -> Any:
    """Take the place of the SVG parser: a fresh copy, because the renderer scales what it is given."""
    return copy(read_drawing(source.getvalue()))


def render(html: str, images: dict[str, bytes], complaints: LogCollector) -> bytes:
    """One document; raises Refused when anything was left out or found fault with."""
    uris = {BUNDLED + name: as_data_uri(data) for name, data in images.items()}

    def find_picture(uri: str, _base: str | None) -> str:
        if uri not in uris:
            raise ResourceRefused(f"refused: {uri[:80]}")
        return uris.get(uri, uri)

    complaints.heard.clear()
    policy = ResourceAccessPolicy.server(None, allow_remote=False, max_render_seconds=30)
    out = BytesIO()
    result = pisa.CreatePDF(html, out, link_callback=find_picture, resource_policy=policy, encoding="utf-8")
    if result.err or result.warn or complaints.heard:
        told = complaints.heard + [str(entry[2])[:300] for entry in result.log]
        raise ResourceRefused("; ".join(dict.fromkeys(told)) or "the renderer complained")
    return out.getvalue()


def answer(
    words: dict[str, Any], bodies: list[bytes], complaints: LogCollector
) -> tuple[dict[str, str], bytes]:
    """The reply to one message: a PDF, or the reason why there is none."""
    html = bodies[0].decode()
    images = dict(zip(words["images"], bodies[1:], strict=True))
    try:
        return {}, render(html, images, complaints)
    except Exception as fault:
        return {"fault": f"{type(fault).__name__}: {fault}"[:1000]}, b""


def serve() -> None:
    """Warm up, close the doors, answer until the input ends."""
    sandbox.limit_resources()
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library prints must not land between two messages.
    os.dup2(2, 1)
    harden_libraries()
    font_registration.register_families()
    line_breaking.install_line_breaking()
    complaints = LogCollector()
    logger = logging.getLogger("xhtml2pdf")
    logger.addHandler(complaints)
    logger.propagate = False
    render("<p style='font-family:song'>预热</p>", {}, complaints)
    scratch = Path(os.environ["TMPDIR"])
    sandbox.drop_privileges(scratch, FOLDER, LAST_RESORT)
    while True:
        try:
            words, bodies = ipc.receive(source)
        except EOFError:
            shutil.rmtree(scratch, ignore_errors=True)
            return
        reply, pdf = answer(words, bodies, complaints)
        ipc.send(sink, reply, pdf)


if __name__ == "__main__":
    serve()
