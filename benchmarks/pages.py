"""The most used pages: server time against an empty page of the panel, and how many statements each sends."""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from anguan.demo.fixtures import HOLDERS
from anguan.extensions import db
from benchmarks.review_page import EMPTY, LOGIN, enter, open_app
from tests.support.statements import counted

ROUNDS, WARM = 25, 3
TARGETS = {"queue": 6.0, "review page": 6.0, "my certificates": 6.0, "home": 6.0}
"""At most so many times the empty page of the panel."""


def run() -> list[dict[str, Any]]:
    """One line for each page: its ratio, its median in milliseconds, and its statements."""
    with tempfile.TemporaryDirectory() as folder:
        app, first = open_app(Path(folder))
        found = measure(app, first)
        with app.app_context():
            db.engine.dispose()
    empty = found.pop("empty")[0]
    return [
        {
            "name": f"page: {name}",
            "ratio": spent / empty,
            "target": TARGETS[name],
            "empty_ms": round(empty, 1),
            "page_ms": round(spent, 1),
            "statements": statements,
        }
        for name, (spent, statements) in found.items()
    ]


def measure(app: Flask, request: int) -> dict[str, tuple[float, int]]:
    """Median milliseconds and statements of each page, all asked in turn."""
    reviewer, holder = (
        enter(app, LOGIN),
        enter(app, next(one.number for one in HOLDERS if not one.first_login)),
    )
    pages: dict[str, tuple[FlaskClient, str]] = {
        "empty": (reviewer, EMPTY),
        "queue": (reviewer, "/panel/queue/"),
        "review page": (reviewer, f"/panel/requests/{request}"),
        "my certificates": (holder, "/my/certificates"),
        "home": (holder, "/my/"),
    }
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for turn in range(ROUNDS + WARM):
        for name, (client, address) in pages.items():
            begin = time.perf_counter()
            answer = client.get(address)
            passed = (time.perf_counter() - begin) * 1000
            if answer.status_code != 200:
                raise RuntimeError(f"{address}: {answer.status_code}")
            if turn >= WARM:
                taken[name].append(passed)
    return {
        name: (statistics.median(spent), statements_of(app, *pages[name])) for name, spent in taken.items()
    }


def statements_of(app: Flask, client: FlaskClient, address: str) -> int:
    """How many statements the page sends to the database."""
    with app.app_context():
        engine = db.engine
    with counted(engine) as said:
        client.get(address)
    return len(said)
