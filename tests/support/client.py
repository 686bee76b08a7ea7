"""A house with its clients for tests: an application, browsers that walk up to it, and the proof of red."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pyotp
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select, update
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from anguan.auth import accounts, passwords
from anguan.auth.encryption import decrypt
from anguan.auth.hashing import hash_secret
from anguan.config import Config
from anguan.core import clock
from anguan.extensions import db, settings
from anguan.factory import create_app
from anguan.infra.events import Actor
from anguan.infra.files import LocalStorage
from anguan.infra.transaction import transaction
from anguan.matters import catalog
from anguan.models import Account, Base, PolicyValue, Throttle
from anguan.web.access import build_access_table
from tests.support.databases import is_borrowed
from tests.support.factories import Scenario
from tests.support.template_cache import KEPT

KEY = "Nfk3-09qP-zxW7-aa81-Lm55-tt0R-vvB2"
SECRET = "Qing4Shui!Bao"
OTHER = "Hong2Ting?Feng"
OFFICE = Actor(None, "测试办公室")
Row = TypeVar("Row", bound=Base)
ROLE_LOGINS = {
    "reviewer": "REVIEWER1",
    "senior_reviewer": "SENIOR",
    "exam_officer": "EXAM",
    "administrator": "ADMIN",
    "auditor": "AUDITOR",
}
LIKE = "tests_like"


class _Like(NamedTuple):
    """What a house is built from; two of the same are one as good as the other."""

    config: Config
    matters: tuple[str, ...]


_closed: dict[_Like, list[Flask]] = defaultdict(list)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """One browser at one address; it sends back the token of the last page that it saw."""

    def __init__(self, app: Flask, address: str = "192.0.2.1") -> None:
        self.client: FlaskClient = app.test_client()
        self.app = app
        self.address = address
        self.page = ""
        self.token = ""

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        """Open a page, without following where it leads."""
        return self._seen(self.client.get(path, environ_base={"REMOTE_ADDR": self.address}, **kwargs))

    def post(self, path: str, token: str | None = None, **form: Any) -> TestResponse:
        """Send a form with the token of the last page."""
        data = {"csrf_token": self.token if token is None else token, **form}
        place = {"REMOTE_ADDR": self.address}
        return self._seen(self.client.post(path, data=data, environ_base=place))

    def log_in(self, login: str, secret: str = SECRET, **form: str) -> TestResponse:
        """Type a name and a secret on the login page."""
        if not self.token:
            self.get("/login")
        answer = self.post("/login", login=login, password=secret, **form)
        if answer.status_code == 302:
            self.get(answer.location)
        return answer

    @property
    def sid(self) -> str:
        """The secret of the session cookie."""
        cookie = self.client.get_cookie("sid")
        return cookie.value if cookie else ""

    def wear(self, sid: str) -> "Browser":
        """Put on somebody's copied session cookie."""
        self.client.set_cookie("sid", sid)
        return self

    def is_in(self) -> bool:
        """True when the account's own pages open."""
        return self.get("/sessions").status_code == 200

    def _seen(self, answer: TestResponse) -> TestResponse:
        self.page = answer.text if answer.mimetype == "text/html" else ""
        answer.close()
        if found := TOKEN.search(self.page):
            self.token = unescape(found[1])
        return answer


class AppClients:
    """The application with the small office of `tests.scenario` behind it."""

    def __init__(self, scenario: Scenario, folder: Path, **settings: str) -> None:
        self.scenario = scenario
        self.app = open_app(scenario.url, folder, **settings)

    def close(self) -> None:
        """Let go of the database."""
        close_app(self.app)

    def browser(self, address: str = "192.0.2.1") -> Browser:
        """A new browser in front of the clients."""
        return Browser(self.app, address)

    @contextmanager
    def rows(self) -> Iterator[Session]:
        """A transaction beside the pages."""
        with self.app.app_context(), transaction(db.session()) as session:
            yield session

    def give_password(self, account: Account, secret: str = SECRET) -> str:
        """An own password, as if activated; returns the login."""
        with self.rows() as session:
            passwords.set_password(session, session.get_one(Account, account.id), hash_secret(secret))
        return account.login

    def give_last6(self, account: Account) -> str:
        """The first secret of the manuals; returns it."""
        with self.rows() as session:
            session.execute(update(Account).where(Account.id == account.id).values(initial="last6"))
        return account.login[-6:]

    def reset(self, account: Account) -> str:
        """The office starts a reset; returns the one-time code."""
        with self.rows() as session:
            return accounts.start_reset(session, OFFICE, session.get_one(Account, account.id))

    def policy(self, name: str, value: str) -> None:
        """Turn a policy."""
        with self.rows() as session:
            session.merge(PolicyValue(name=name, value=value))

    def read(self, account: Account) -> Account:
        """The account as it stands now."""
        self.scenario.session.rollback()
        return self.scenario.session.get_one(Account, account.id, populate_existing=True)

    def all(self, kind: type[Row], **wanted: Any) -> list[Row]:
        """The rows of a table as they stand now, by their keys."""
        self.scenario.session.rollback()
        keys = inspect(kind).primary_key
        return list(self.scenario.session.scalars(select(kind).filter_by(**wanted).order_by(*keys)))

    def tries(self, prefix: str) -> list[int]:
        """The counts of the throttle rows whose name begins so."""
        self.scenario.session.rollback()
        rows = select(Throttle.taken).where(Throttle.bucket.startswith(f"{prefix}:")).order_by(Throttle.taken)
        return list(self.scenario.session.scalars(rows))

    def code_of(self, account: Account, ahead: int = 0) -> str:
        """What the account's phone shows, `ahead` half minutes from now."""
        with self.app.app_context():
            secret = decrypt("totp", self.read(account).totp_secret or "")
        return pyotp.TOTP(secret or "").at(int(clock.now().timestamp()) + 30 * ahead)


def open_app(url: str, folder: Path, **settings: str) -> Flask:
    """The application on a database, with cheap hashes and without a second factor unless asked for.

    Building a house costs a tenth of a second: one that was closed opens again, in its new folder.
    """
    wanted = {"second_factor": "off", "cheap_hash": "1", "env": "test", "secret_key": KEY} | settings
    config = Config(database_url=url, data_dir=str(folder), **wanted)
    like = _Like(replace(config, data_dir=""), tuple(matter.code for matter in catalog.CATALOG))
    if not (closed := _closed[like]):
        app = create_app(config)
        app.jinja_env.bytecode_cache = KEPT
    else:
        app = closed.pop()
        app.extensions |= {"anguan_config": config, "anguan_storage": LocalStorage(config.folder / "files")}
    app.extensions[LIKE] = like
    return app


def address_of(rule: Rule) -> str:
    """An address of this rule, about things that may or may not exist."""
    values: dict[str, object] = {}
    for name in rule.arguments:
        words = getattr(rule._converters[name], "items", None)
        values[name] = sorted(words)[0] if words else 1
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule
    return built[1]


def add_views(app: Flask, *views: tuple[str, Callable[[], str]]) -> None:
    """Hang more pages on the house, as a new room would; nobody else shall live in it afterwards."""
    app.extensions.pop(LIKE)
    app._got_first_request = False
    room = Blueprint("probe", __name__)
    for name, view in views:
        room.add_url_rule(f"/probe/{name}", name, view, methods=["GET", "POST"])
    app.register_blueprint(room)
    build_access_table(app)


def close_app(app: Flask) -> None:
    """Let go of the database."""
    with app.app_context():
        db.close_session()
        db.engine.dispose()
        url = settings().database
    like = app.extensions.pop(LIKE, None)
    if like and is_borrowed(url):
        _closed[like].append(app)


def activate(browser: Browser, name: str, secret: str = SECRET, phone: str = "13800000009") -> TestResponse:
    """Fill in the activation page."""
    browser.get("/activate")
    return browser.post("/activate", name=name, phone=phone, password=secret, again=secret)
