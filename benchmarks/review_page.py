"""Benchmark of the review page: server time, and the time from a key to the next request on the screen.

Both are compared with an empty page of the panel (a list without rows), requested alternately.
"""

import logging
import re
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from waitress.server import create_server

from anguan.auth.hashing import hash_secret
from anguan.cli.processes import bind_port
from anguan.config import Config
from anguan.demo.fixtures import PASSWORD
from anguan.demo.load import load
from anguan.extensions import db
from anguan.factory import create_app
from anguan.infra.engine import prepare_engine
from anguan.infra.files import LocalStorage
from anguan.infra.transaction import transaction
from anguan.models import Attachment, ChangeItem, ChangeRequest
from anguan.worker.upgrade import upgrade
from setup.chromium import require_chromium

ROUNDS, DECISIONS = 25, 12
LOGIN = "SHENHE1"
EMPTY = "/panel/queue/?search=ZZ2026-000000"
QUIET: tuple[str, ...] = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
)
QUIET += ("--disable-background-networking", "--disable-component-update", "--disable-sync")
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def run() -> list[dict[str, Any]]:
    """Ratios of server time and of key-to-paint time."""
    with tempfile.TemporaryDirectory() as folder:
        app, first = open_app(Path(folder))
        times = serve_pages(app, f"/panel/requests/{first}")
        paints = press_keys(app)
        with app.app_context():
            db.engine.dispose()
    return [
        row("review page: server time against an empty panel page", 4.0, *times),
        row("review page: key to next request painted, against loading an empty panel page", 1.5, *paints),
    ]


def row(name: str, target: float, empty: float, full: float) -> dict[str, Any]:
    """One row of the report; times in milliseconds."""
    figures = {"empty_ms": round(empty, 1), "review_page_ms": round(full, 1)}
    return {"name": name, "ratio": full / empty, "target": target, **figures}


def open_app(folder: Path) -> tuple[Flask, int]:
    """The demo application with a long enough queue of clean requests, and the id of the first one."""
    url = f"sqlite:///{folder / 'bench.sqlite3'}"
    upgrade(url)
    app = create_app(
        Config(
            env="test",
            secret_key="bench-9Kx27-qPz41-mVw83-tYs65-hRd09",
            database_url=url,
            data_dir=str(folder),
            second_factor="off",
            cheap_hash="1",
        )
    )
    with app.app_context():
        load(db.session, LocalStorage(folder / "files"), hash_secret)
        db.close_session()
    engine = prepare_engine(create_engine(url))
    with Session(engine) as session:
        first = multiply(session, DECISIONS + 4)
    engine.dispose()
    return app, first


def multiply(session: Session, count: int) -> int:
    """Add `count` copies of a waiting request without problems and return its id. Raises RuntimeError."""
    with transaction(session):
        waiting = select(ChangeRequest).where(ChangeRequest.state == "submitted")
        model = session.scalars(waiting.where(ChangeRequest.matter == "certificate_change")).first()
        if model is None:
            raise RuntimeError("nothing waits in the demo data")
        for number in range(count):
            values = copied(model, number=f"BG2026-9{number:05d}")
            made = ChangeRequest(**values)
            session.add(made)
            session.flush()
            for kind, rows in ((ChangeItem, model.items), (Attachment, model.attachments)):
                session.add_all(kind(**copied(one, request_id=made.id)) for one in rows)
        return model.id


def copied(one: Any, **other: Any) -> dict[str, Any]:
    """Column values of a row without its key, with replacements."""
    return {key.key: getattr(one, key.key) for key in one.__table__.columns if key.key != "id"} | other


def serve_pages(app: Flask, page: str) -> tuple[float, float]:
    """Medians in milliseconds of the empty page and of the review page. Raises RuntimeError."""
    client = enter(app)
    taken: dict[str, list[float]] = {EMPTY: [], page: []}
    for turn in range(ROUNDS + 3):
        for address, spent in taken.items():
            begin = time.perf_counter()
            answer = client.get(address)
            passed = (time.perf_counter() - begin) * 1000
            if answer.status_code != 200:
                raise RuntimeError(f"{address}: {answer.status_code}")
            if turn > 2:
                spent.append(passed)
    return statistics.median(taken[EMPTY]), statistics.median(taken[page])


def enter(app: Flask, login: str = LOGIN) -> FlaskClient:
    """A client that is logged in, the reviewer's where no other login is named."""
    client = app.test_client()
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    token = found[1] if found else ""
    client.post("/login", data={"csrf_token": token, "login": login, "password": PASSWORD})
    return client


def press_keys(app: Flask) -> tuple[float, float]:
    """Medians in milliseconds: address to paint of an empty page, and Enter to paint of the next request."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    place = bind_port("127.0.0.1", 0, fixed=True)
    server = create_server(app, sockets=[place], threads=4, ident=None)
    threading.Thread(target=server.run, daemon=True).start()
    address = f"http://127.0.0.1:{place.getsockname()[1]}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=require_chromium(), args=list(QUIET))
        page = browser.new_context(base_url=address, locale="zh-CN").new_page()
        page.goto("/login")
        page.get_by_label("账号").fill(LOGIN)
        page.locator("input[type=password]").fill(PASSWORD)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        empty = statistics.median([load_page(page) for _ in range(DECISIONS)])
        page.goto("/panel/requests/next")
        with page.expect_navigation():
            page.keyboard.press("g")
        full = statistics.median([decide(page) for _ in range(DECISIONS)])
        browser.close()
    server.close()
    return empty, full


def load_page(page: Page) -> float:
    """Milliseconds from navigation to paint."""
    begin = time.perf_counter()
    page.goto(EMPTY, wait_until="domcontentloaded")
    page.evaluate(PAINTED)
    return (time.perf_counter() - begin) * 1000


def decide(page: Page) -> float:
    """Approve a clean request: read all documents, press A; milliseconds from Enter to paint."""
    page.wait_for_timeout(1200)
    for _ in range(page.locator("[data-tab]:not(.is-seen)").count()):
        with page.expect_response(re.compile("/seen$")):
            page.keyboard.press("v")
        page.keyboard.press("]")
    before = page.locator("h1").inner_text()
    page.keyboard.press("a")
    begin = time.perf_counter()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "(was) => { const h = document.querySelector('h1'); return h && h.innerText !== was; }", arg=before
    )
    page.evaluate(PAINTED)
    return (time.perf_counter() - begin) * 1000
