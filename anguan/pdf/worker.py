"""PDF subprocess: parses the fonts once, then renders one page after another.

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

from anguan.infra.fonts import LAST_RESORT
from anguan.infra.sandbox.font_folder import FOLDER
from anguan.pdf import font_registration, ipc, line_breaking, sandbox
from anguan.pdf.images import as_data_uri

BUNDLED = "picture:"
"""Scheme of the pictures sent with a page; no other source is allowed."""


class ResourceRefused(Exception):
    """The page referred to a resource that is not allowed, or the renderer reported a problem."""


class LogCollector(logging.Handler):
    """Collects warnings of the renderer: a refused picture must fail the page, not just be left out."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage()[:300])


def harden_libraries() -> None:
    """Disable unsafe defaults of the libraries. Raises RuntimeError when that did not work."""
    rl_config.trustedSchemes = ["data"]
    rl_config.trustedHosts = []
    if rl_config.toColorCanUse == "rl_safe_eval":
        raise RuntimeError("reportlab would evaluate colours as code")
    # Binary streams are a fifth smaller and need no slow text encoding.
    rl_config.useA85 = 0
    renderer.svg2rlg = recall_drawing
    Image.MAX_IMAGE_PIXELS = 24_000_000
    Image.preinit()


@lru_cache(maxsize=32)
def read_drawing(svg: bytes) -> Any:
    """Parse one of our own decorations, once."""
    return svg2rlg(BytesIO(svg), resolve_entities=False)


def recall_drawing(source: BytesIO, **_options: Any) -> Any:
    """Replacement for the SVG parser; returns a copy, because the renderer scales what it is given."""
    return copy(read_drawing(source.getvalue()))


def render(html: str, images: dict[str, bytes], log: LogCollector) -> bytes:
    """Render one document. Raises ResourceRefused when anything was left out or reported."""
    uris = {BUNDLED + name: as_data_uri(data) for name, data in images.items()}

    def find_picture(uri: str, _base: str | None) -> str:
        if uri not in uris:
            raise ResourceRefused(f"refused: {uri[:80]}")
        return uris.get(uri, uri)

    log.messages.clear()
    policy = ResourceAccessPolicy.server(None, allow_remote=False, max_render_seconds=30)
    out = BytesIO()
    result = pisa.CreatePDF(html, out, link_callback=find_picture, resource_policy=policy, encoding="utf-8")
    if result.err or result.warn or log.messages:
        reasons = log.messages + [str(entry[2])[:300] for entry in result.log]
        raise ResourceRefused("; ".join(dict.fromkeys(reasons)) or "the renderer complained")
    return out.getvalue()


def answer(words: dict[str, Any], bodies: list[bytes], log: LogCollector) -> tuple[dict[str, str], bytes]:
    """Reply to one message: a PDF, or the reason for the failure."""
    html = bodies[0].decode()
    images = dict(zip(words["images"], bodies[1:], strict=True))
    try:
        return {}, render(html, images, log)
    except Exception as fault:
        return {"fault": f"{type(fault).__name__}: {fault}"[:1000]}, b""


def serve() -> None:
    """Warm up, enter the sandbox, answer messages until the input ends."""
    sandbox.limit_resources()
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Output of a library must not end up between two messages.
    os.dup2(2, 1)
    harden_libraries()
    font_registration.register_families()
    line_breaking.install_line_breaking()
    log = LogCollector()
    logger = logging.getLogger("xhtml2pdf")
    logger.addHandler(log)
    logger.propagate = False
    render("<p style='font-family:song'>预热</p>", {}, log)
    scratch = Path(os.environ["TMPDIR"])
    sandbox.drop_privileges(scratch, FOLDER, LAST_RESORT)
    while True:
        try:
            words, bodies = ipc.receive(source)
        except EOFError:
            shutil.rmtree(scratch, ignore_errors=True)
            return
        reply, pdf = answer(words, bodies, log)
        ipc.send(sink, reply, pdf)


if __name__ == "__main__":
    serve()
