"""Responses that are files, and detection of requests from our own scripts."""

from urllib.parse import quote

from flask import Response, request

PLAIN_NAMES = {
    "application/pdf": "anguan.pdf",
    "image/jpeg": "anguan.jpg",
    "image/png": "anguan.png",
    "text/calendar": "anguan.ics",
}
"""ASCII file name for browsers that cannot read the Chinese one."""


def send_bytes(data: bytes, mime: str, name: str, download: bool = False) -> Response:
    """A response that is a file; with `download` as an attachment instead of inline."""
    answer = Response(data, mimetype=mime)
    manner = "attachment" if download else "inline"
    plain = PLAIN_NAMES.get(mime, "anguan.bin")
    answer.headers["Content-Disposition"] = (
        f"{manner}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    return answer


def is_autosave() -> bool:
    """True for the text of a form that its page saves by itself; answered with JSON."""
    return "X-Autosave" in request.headers


def is_slot_request() -> bool:
    """True for one file or one button of an upload slot, sent at once; answered with the page of the form."""
    return "X-Slot" in request.headers


def is_fetch() -> bool:
    """True for a request of the page's own script, which inserts the response."""
    return request.accept_mimetypes.best == "application/json"
