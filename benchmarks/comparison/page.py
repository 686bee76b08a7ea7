"""A page of an application under test, and one call of it through WSGI."""

import re
import time
from collections.abc import Callable, Iterable, Sized
from contextlib import AbstractContextManager
from dataclasses import dataclass
from wsgiref.types import WSGIApplication

from werkzeug.test import EnvironBuilder, run_wsgi_app

NUMBER = re.compile(r"SQ\d{8}")


@dataclass(frozen=True)
class Page:
    """Address and cookies; `rows` different request numbers stand on it, None where any will do."""

    path: str
    cookie: str = ""
    rows: int | None = None


@dataclass(frozen=True)
class Site:
    """An application with its pages, by name; `counting()` holds the statements that a block sends."""

    app: WSGIApplication
    pages: dict[str, Page]
    counting: Callable[[], AbstractContextManager[Sized]]


@dataclass(frozen=True)
class Call:
    """What one call took: milliseconds on the clock and of this process' CPU, and kilobytes of the answer."""

    wall: float
    cpu: float
    kilobytes: float


def call(site: Site, name: str) -> Call:
    """Ask for a page. Raises RuntimeError when it is not the page that was meant."""
    page = site.pages[name]
    headers = [("Cookie", page.cookie)] if page.cookie else []
    environ = EnvironBuilder(path=page.path, headers=headers, base_url="https://localhost").get_environ()
    cpu, wall = time.process_time(), time.perf_counter()
    answer, status, _ = run_wsgi_app(site.app, environ, buffered=True)
    wall, cpu = (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000
    body = _join(answer)
    found = len(set(NUMBER.findall(body.decode())))
    if not status.startswith("200") or (page.rows is not None and found != page.rows):
        raise RuntimeError(f"{name} {page.path}: {status}, {found} requests, wanted {page.rows}")
    return Call(wall, cpu, len(body) / 1024)


def _join(parts: Iterable[bytes]) -> bytes:
    return b"".join(parts)
