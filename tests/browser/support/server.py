"""The demo site behind a real web server, for browsers: built once and copied for each test."""

import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from waitress import create_server

from anguan.cli.processes import bind_port
from anguan.infra.engine import prepare_engine
from anguan.infra.files import LocalStorage
from anguan.infra.transaction import transaction
from anguan.models import PolicyValue
from anguan.worker.context import JobContext
from anguan.worker.loop import drain
from tests.support.client import close_app, open_app
from tests.support.databases import borrow, give_back
from tests.support.demo_database import build_demo, demo_storage


class WebServer:
    """One web server for the whole run; the site behind it is replaced for each test."""

    def __init__(self) -> None:
        place = bind_port("127.0.0.1", 0, fixed=True)
        self.address = f"http://127.0.0.1:{place.getsockname()[1]}"
        self.app: Flask | None = None
        self._idle = threading.Condition()
        self._busy = 0
        self.server = create_server(self._answer, sockets=[place], threads=4, ident=None)
        self._closed = False
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        try:
            self.server.run()
        except OSError:
            if not self._closed:  # closes its sockets while waiting for them
                raise

    def _answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        with self._idle:
            app = self.app
            self._busy += app is not None
        if app is None:
            start("503 Service Unavailable", [("Content-Length", "0")])
            return [b""]
        try:
            return app(environ, start)
        finally:
            with self._idle:
                self._busy -= 1
                self._idle.notify_all()

    def clear(self) -> None:
        """Remove the site when the last request has been answered."""
        with self._idle:
            self.app = None
            self._idle.wait_for(lambda: not self._busy, timeout=10)

    def close(self) -> None:
        """Stop the server."""
        self._closed = True
        self.server.close()


class DemoSite:
    """One demo site with a database and files of its own."""

    def __init__(self, web_server: WebServer, folder: Path) -> None:
        self.url = borrow("sqlite", build_demo)
        shutil.copytree(demo_storage().root, folder / "files")
        self.web_server, self.address, self.folder = web_server, web_server.address, folder
        self.app = web_server.app = open_app(self.url, folder, base_url=web_server.address)
        self.tools = JobContext(LocalStorage(folder / "files"), web_server.address)

    def reopen(self, **settings: str) -> None:
        """The same site under other settings."""
        self.web_server.clear()
        close_app(self.app)
        self.app = self.web_server.app = open_app(self.url, self.folder, base_url=self.address, **settings)

    @contextmanager
    def rows(self) -> Iterator[Session]:
        """A session that reads the rows behind the pages."""
        engine = prepare_engine(create_engine(self.url))
        with Session(engine) as session:
            yield session
        engine.dispose()

    @contextmanager
    def change(self) -> Iterator[Session]:
        """A transaction beside the pages."""
        with self.rows() as session, transaction(session):
            yield session

    def policy(self, name: str, value: str) -> None:
        """Change a policy."""
        with self.change() as session:
            session.merge(PolicyValue(name=name, value=value))

    def work(self) -> int:
        """Let the worker process what is due; gives the number of tasks."""
        with self.rows() as session:
            return drain(session, self.tools)

    def close(self) -> None:
        """Shut the site; the web_server stays."""
        self.web_server.clear()
        close_app(self.app)
        give_back(self.url, build_demo)
