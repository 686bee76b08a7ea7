"""The limit: Flask with one template, raw driver statements by keyset, no login and no rules."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import psycopg
from flask import Flask, request
from sqlalchemy import make_url

from benchmarks.comparison.page import Page, Site
from benchmarks.peers.tables import signing_key
from benchmarks.seeding.databases import Place
from benchmarks.seeding.expressions import name_at, token_at
from benchmarks.seeding.sizes import Sizes, request_number

TABLE = """<!doctype html><meta charset=utf-8><title>queue</title>
<table>{% for r in rows %}<tr>{% for c in r[:8] %}<td>{{ c }}</td>{% endfor %}</tr>{% endfor %}</table>"""
COLUMNS = "SELECT r.no, a.name, e.name, r.kind, r.status, r.priority, r.submitted_at, r.due_at, r.id FROM "
JOINED = "request r JOIN applicant a ON a.id = r.applicant_id JOIN enterprise e ON e.id = r.enterprise_id "
ORDER = " ORDER BY r.due_at, r.id LIMIT 20"
NAMED = (
    "WITH a AS MATERIALIZED (SELECT id, name FROM applicant WHERE name >= ? AND name < ?) "
    f"{COLUMNS}a CROSS JOIN request r JOIN enterprise e ON e.id = r.enterprise_id "
    f"WHERE r.applicant_id = a.id{ORDER}"
)
LAST = "\U0010ffff"
Ask = Callable[[str, Sequence[Any]], list[Any]]


def open_limit(place: Place) -> Site:
    """The application and its pages."""
    said: list[str] = []
    ask = _connect(place, said)
    sizes = Sizes(place.requests)
    due, id_ = ask("SELECT due_at, id FROM request ORDER BY due_at, id LIMIT 1 OFFSET 979", [])[0]
    pages = {
        "default": Page("/queue", rows=20),
        "status": Page("/queue?status=approved", rows=20),
        "exact": Page(f"/queue?no={request_number(sizes.middle)}", rows=1),
        "prefix": Page(f"/queue?name={quote(name_at(sizes.middle)[:2])}"),
        "page50": Page(f"/queue?due={due}&id={id_}", rows=20),
        "check": Page(f"/check/{token_at(sizes.middle % 1000)}"),
    }

    @contextmanager
    def counting() -> Iterator[list[str]]:
        said.clear()
        yield said

    return Site(_application(ask), pages, counting)


def _connect(place: Place, said: list[str]) -> Ask:
    if place.kind == "sqlite":
        file = sqlite3.connect(
            str(make_url(place.url).database), isolation_level=None, check_same_thread=False
        )

        def ask(sql: str, values: Sequence[Any]) -> list[Any]:
            said.append(sql)
            return file.execute(sql, values).fetchall()

        return ask
    address = make_url(place.url).set(drivername="postgresql").render_as_string(hide_password=False)
    server = psycopg.connect(address, autocommit=True)

    def ask_server(sql: str, values: Sequence[Any]) -> list[Any]:
        said.append(sql)
        return server.execute(sql.replace("?", "%s").encode(), values, prepare=True).fetchall()

    return ask_server


def _application(ask: Ask) -> Flask:
    app = Flask(__name__)
    page = app.jinja_env.from_string(TABLE)
    key = signing_key().public_key()

    @app.get("/queue")
    def queue() -> str:
        value = request.args.get
        if number := value("no"):
            rows = ask(f"{COLUMNS}{JOINED}WHERE r.no = ?", [number])
        elif name := value("name"):
            rows = ask(NAMED, [name, name + LAST])
        elif status := value("status"):
            rows = ask(f"{COLUMNS}{JOINED}WHERE r.status = ?{ORDER}", [status])
        elif due := value("due"):
            rows = ask(f"{COLUMNS}{JOINED}WHERE (r.due_at, r.id) > (?, ?){ORDER}", [due, int(value("id", 0))])
        else:
            rows = ask(COLUMNS + JOINED + ORDER, [])
        return page.render(rows=rows)

    @app.get("/check/<token>")
    def check(token: str) -> str:
        found = ask("SELECT no, payload, signature FROM certificate WHERE token = ?", [token])
        number, payload, signature = found[0]
        key.verify(bytes(signature), payload.encode())
        return str(number)

    return app
