"""Static files: what an address with the content's mark leads to is kept by the browser for good."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.security import safe_join

FOR_GOOD = "public, max-age=31536000, immutable"


def register_static_files(app: Flask) -> None:
    """Every address of a static file carries the content's mark; the answer to such an address is kept."""
    app.url_defaults(_mark_address)
    app.after_request(_keep_marked)


def digest_of_file(filename: str) -> str | None:
    """The mark of a static file's content; None when there is no such file."""
    path = safe_join(current_app.static_folder or "", filename)
    if path is None or not Path(path).is_file():
        return None
    return _mark(path, Path(path).stat().st_mtime_ns)


@lru_cache(maxsize=1024)
def _mark(path: str, changed: int) -> str:
    return sha256(Path(path).read_bytes()).hexdigest()[:12]


def _mark_address(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and (mark := digest_of_file(values.get("filename", ""))):
        values.setdefault("v", mark)


def _keep_marked(response: Response) -> Response:
    mark = request.args.get("v") if request.endpoint == "static" else None
    if mark and mark == digest_of_file((request.view_args or {}).get("filename", "")):
        response.headers["Cache-Control"] = FOR_GOOD
    return response
