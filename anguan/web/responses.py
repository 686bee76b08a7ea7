"""Files on their way to a browser, and answers for the scripts of our own pages."""

from urllib.parse import quote

from flask import Response, request

PLAIN_NAMES = {
    "application/pdf": "anguan.pdf",
    "image/jpeg": "anguan.jpg",
    "image/png": "anguan.png",
    "text/calendar": "anguan.ics",
}
"""What old browsers save a file as: they cannot read its Chinese name."""


def send_bytes(data: bytes, mime: str, name: str, download: bool = False) -> Response:
    """An answer that is a file; `download` hands it over instead of showing it."""
    answer = Response(data, mimetype=mime)
    manner = "attachment" if download else "inline"
    plain = PLAIN_NAMES.get(mime, "anguan.bin")
    answer.headers["Content-Disposition"] = (
        f"{manner}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    return answer


def is_fetch() -> bool:
    """The page's own script asks, and will put the answer in place."""
    return request.accept_mimetypes.best == "application/json"
