"""Test clients: the application on a test database, and browsers with cookies and tokens."""

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

from anguan.auth import accounts, passwords, sessions
from anguan.auth.encryption import decrypt
from anguan.auth.hashing import hash_secret
from anguan.auth.identity import FULL
from anguan.auth.sessions import ClientAddress
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
from anguan.web.session_cookie import _OWNER, _mark
from tests.support.databases import is_borrowed
from tests.support.factories import Scenario
from tests.support.template_cache import TEMPLATE_CACHE

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
BUILD_KEY = "tests_build_key"


class _BuildKey(NamedTuple):
    """What an application is built from; applications with equal values are interchangeable."""

    config: Config
    matters: tuple[str, ...]


_closed: dict[_BuildKey, list[Flask]] = defaultdict(list)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """Flask test client at one IP address that sends the CSRF token of the last page with each form."""

    def __init__(self, app: Flask, address: str = "192.0.2.1") -> None:
        self.client: FlaskClient = app.test_client()
        self.app = app
        self.address = address
        self.page = ""
        self.token = ""

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        """Send a GET; redirects are not followed."""
        return self._seen(self.client.get(path, environ_base={"REMOTE_ADDR": self.address}, **kwargs))

    def post(self, path: str, token: str | None = None, **form: Any) -> TestResponse:
        """Send a form with the CSRF token of the last page, or with `token`."""
        data = {"csrf_token": self.token if token is None else token, **form}
        environ = {"REMOTE_ADDR": self.address}
        return self._seen(self.client.post(path, data=data, environ_base=environ))

    def log_in(self, login: str, secret: str = SECRET, **form: str) -> TestResponse:
        """Send the login form and follow its redirect; returns the answer to the form."""
        if not self.token:
            self.get("/login")
        answer = self.post("/login", login=login, password=secret, **form)
        if answer.status_code == 302:
            self.get(answer.location)
        return answer

    def enter(self, account: Account) -> None:
        """Start a session without the login form, as if the account had just logged in."""
        with self.app.app_context(), transaction(db.session()) as session:
            place = ClientAddress(self.address, "test")
            token = sessions.start(session, session.get_one(Account, account.id), FULL, place, None)
        with self.client.session_transaction() as visit:
            visit[_OWNER] = _mark(token)
        self.use_session(token).get("/sessions")

    def log_out(self) -> None:
        """Log out and open the login page."""
        self.get("/sessions")
        self.post("/logout")
        self.get("/login")

    @property
    def sid(self) -> str:
        """Value of the session cookie, or an empty string."""
        cookie = self.client.get_cookie("sid")
        return cookie.value if cookie else ""

    def use_session(self, sid: str) -> "Browser":
        """Set the session cookie to a value copied from another browser."""
        self.client.set_cookie("sid", sid)
        return self

    def is_logged_in(self) -> bool:
        """True when a page that needs a login opens."""
        return self.get("/sessions").status_code == 200

    def _seen(self, answer: TestResponse) -> TestResponse:
        self.page = answer.text if answer.mimetype == "text/html" else ""
        answer.close()
        if found := TOKEN.search(self.page):
            self.token = unescape(found[1])
        return answer


class AppClients:
    """The application on the database of a `Scenario`, with helpers for accounts, policies and rows."""

    def __init__(self, scenario: Scenario, folder: Path, **settings: str) -> None:
        self.scenario = scenario
        self.app = open_app(scenario.url, folder, **settings)

    def close(self) -> None:
        """Close the application and its database connections."""
        close_app(self.app)

    def browser(self, address: str = "192.0.2.1") -> Browser:
        """A new browser without cookies at this IP address."""
        return Browser(self.app, address)

    @contextmanager
    def rows(self) -> Iterator[Session]:
        """A transaction outside the views."""
        with self.app.app_context(), transaction(db.session()) as session:
            yield session

    def give_password(self, account: Account, secret: str = SECRET) -> str:
        """Set a password as if the account were activated; returns the login."""
        with self.rows() as session:
            passwords.set_password(session, session.get_one(Account, account.id), hash_secret(secret))
        return account.login

    def set_initial_last6(self, account: Account) -> str:
        """Make the last six characters of the login the first password; returns them."""
        with self.rows() as session:
            session.execute(update(Account).where(Account.id == account.id).values(initial="last6"))
        return account.login[-6:]

    def reset(self, account: Account) -> str:
        """Start a password reset by the office; returns the activation code."""
        with self.rows() as session:
            return accounts.start_reset(session, OFFICE, session.get_one(Account, account.id))

    def policy(self, name: str, value: str) -> None:
        """Change a policy."""
        with self.rows() as session:
            session.merge(PolicyValue(name=name, value=value))

    def read(self, account: Account) -> Account:
        """The account, read again."""
        self.scenario.session.rollback()
        return self.scenario.session.get_one(Account, account.id, populate_existing=True)

    def all(self, kind: type[Row], **wanted: Any) -> list[Row]:
        """The rows of a table, read again, ordered by primary key; `wanted` filters by column."""
        self.scenario.session.rollback()
        keys = inspect(kind).primary_key
        return list(self.scenario.session.scalars(select(kind).filter_by(**wanted).order_by(*keys)))

    def attempt_counts(self, prefix: str) -> list[int]:
        """Attempts counted in the throttle rows whose bucket begins with `prefix`."""
        self.scenario.session.rollback()
        rows = select(Throttle.taken).where(Throttle.bucket.startswith(f"{prefix}:")).order_by(Throttle.taken)
        return list(self.scenario.session.scalars(rows))

    def code_of(self, account: Account, ahead: int = 0) -> str:
        """TOTP code of the account, `ahead` periods of 30 seconds from now."""
        with self.app.app_context():
            secret = decrypt("totp", self.read(account).totp_secret or "")
        return pyotp.TOTP(secret or "").at(int(clock.now().timestamp()) + 30 * ahead)


def open_app(url: str, folder: Path, **settings: str) -> Flask:
    """The application on a database, by default with cheap hashes and without a second factor.

    Building an application takes 0.1 s, so a closed one with the same settings is reused in the new folder.
    """
    wanted = {"second_factor": "off", "cheap_hash": "1", "env": "test", "secret_key": KEY} | settings
    config = Config(database_url=url, data_dir=str(folder), **wanted)
    key = _BuildKey(replace(config, data_dir=""), tuple(matter.code for matter in catalog.CATALOG))
    if not (closed := _closed[key]):
        app = create_app(config)
        app.jinja_env.bytecode_cache = TEMPLATE_CACHE
    else:
        app = closed.pop()
        app.extensions |= {"anguan_config": config, "anguan_storage": LocalStorage(config.folder / "files")}
    app.extensions[BUILD_KEY] = key
    return app


def address_of(rule: Rule) -> str:
    """A URL of this rule; the records that it names need not exist."""
    values: dict[str, object] = {}
    for name in rule.arguments:
        words = getattr(rule._converters[name], "items", None)
        values[name] = sorted(words)[0] if words else 1
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule
    return built[1]


def add_views(app: Flask, *views: tuple[str, Callable[[], str]]) -> None:
    """Register more views, as a new blueprint would; the application is not reused afterwards."""
    app.extensions.pop(BUILD_KEY)
    app._got_first_request = False
    blueprint = Blueprint("probe", __name__)
    for name, view in views:
        blueprint.add_url_rule(f"/probe/{name}", name, view, methods=["GET", "POST"])
    app.register_blueprint(blueprint)
    build_access_table(app)


def close_app(app: Flask) -> None:
    """Close the application and its database connections."""
    with app.app_context():
        db.close_session()
        db.engine.dispose()
        url = settings().database
    key = app.extensions.pop(BUILD_KEY, None)
    if key and is_borrowed(url):
        _closed[key].append(app)


def activate(browser: Browser, name: str, secret: str = SECRET, phone: str = "13800000009") -> TestResponse:
    """Open the activation page and send its form."""
    browser.get("/activate")
    return browser.post("/activate", name=name, phone=phone, password=secret, again=secret)
