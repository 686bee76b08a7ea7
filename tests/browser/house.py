"""The demo house behind a real web server, for browsers: the world is built once and copied for each test."""

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

from anguan.config import Config
from anguan.factory import create_app
from anguan.gate.store import db
from anguan.jobs.processes import bind_port
from anguan.jobs.tools import Tools
from anguan.jobs.worker import drain
from anguan.ledger.engine import prepare_engine
from anguan.ledger.files import LocalStorage
from anguan.ledger.transaction import transaction
from anguan.models import PolicyValue
from tests.bytecode import KEPT
from tests.cast import build_cast, cast_storage
from tests.engines import copy_of, drop_database

KEY = "Wr5t-0bQx-77aa-Zk31-mmP4-eeL9-vvC6"


def open_app(url: str, folder: Path, address: str, **settings: str) -> Flask:
    """The application on a database, cheap to log in to, without a second factor unless asked for."""
    wanted = {"env": "test", "secret_key": KEY, "second_factor": "off", "cheap_hash": "1"} | settings
    app = create_app(Config(database_url=url, data_dir=str(folder), base_url=address, **wanted))
    app.jinja_env.bytecode_cache = KEPT
    return app


def close_app(app: Flask) -> None:
    """Let go of the database."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


class Street:
    """One web server for the whole run; the house behind it is another one for each test."""

    def __init__(self) -> None:
        place = bind_port("127.0.0.1", 0, fixed=True)
        self.address = f"http://127.0.0.1:{place.getsockname()[1]}"
        self.app: Flask | None = None
        self._idle = threading.Condition()
        self._busy = 0
        self.server = create_server(self._answer, sockets=[place], threads=4, ident=None)
        threading.Thread(target=self.server.run, daemon=True).start()

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
        """Take the house away when the last answer has been given."""
        with self._idle:
            self.app = None
            self._idle.wait_for(lambda: not self._busy, timeout=10)

    def close(self) -> None:
        """Stop answering."""
        self.server.close()


class House:
    """One demo world, untouched by any other test."""

    def __init__(self, street: Street, folder: Path) -> None:
        self.url = copy_of("sqlite", build_cast)
        shutil.copytree(cast_storage().root, folder / "files")
        self.street, self.address, self.folder = street, street.address, folder
        self.app = street.app = open_app(self.url, folder, street.address)
        self.tools = Tools(LocalStorage(folder / "files"), street.address)

    def reopen(self, **settings: str) -> None:
        """The same house under other settings."""
        self.street.clear()
        close_app(self.app)
        self.app = self.street.app = open_app(self.url, self.folder, self.address, **settings)

    @contextmanager
    def rows(self) -> Iterator[Session]:
        """The rows behind the pages, from beside."""
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
        """Turn a policy."""
        with self.change() as session:
            session.merge(PolicyValue(name=name, value=value))

    def work(self) -> int:
        """Let the worker do what waits; gives how many pieces."""
        with self.rows() as session:
            return drain(session, self.tools)

    def close(self) -> None:
        """Shut the house; the street stays."""
        self.street.clear()
        close_app(self.app)
        drop_database(self.url)
