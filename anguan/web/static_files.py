"""Static files with a content hash in the URL, which browsers cache without limit."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.security import safe_join

FOR_GOOD = "public, max-age=31536000, immutable"


def register_static_files(app: Flask) -> None:
    """Add the content hash to URLs of static files, and cache headers to their responses."""
    app.url_defaults(_mark_address)
    app.after_request(_keep_marked)


def digest_of_file(filename: str) -> str | None:
    """Content hash of a static file; None when there is no such file."""
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
