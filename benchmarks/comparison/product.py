"""The product as its users meet it: production settings, every hook on, logged-in accounts."""

import random
from urllib.parse import quote

from flask import Flask, session
from sqlalchemy import delete

from anguan.auth import sessions
from anguan.auth.encryption import hash_token
from anguan.auth.identity import FULL
from anguan.auth.sessions import ClientAddress
from anguan.config import Config
from anguan.core import clock
from anguan.extensions import db
from anguan.factory import create_app
from anguan.infra.transaction import transaction
from anguan.models import Account, Throttle
from benchmarks.comparison.page import Page, Site
from benchmarks.seeding.databases import Place
from benchmarks.seeding.expressions import name_at, token_at
from benchmarks.seeding.requests import AFTER_MODEL
from benchmarks.seeding.sizes import Sizes, request_number
from tests.support.statements import counted

ADDRESS = "https://localhost"
KEY = "bench-9Kx27-qPz41-mVw83-tYs65-hRd09"
QUEUE = "/panel/queue/"
ROWS = 20


def open_product(place: Place) -> Site:
    """The application on this database, and its pages."""
    app = create_product(place)
    pages = product_pages(app, Sizes(place.requests))
    with app.app_context():
        engine = db.engine
    return Site(app, pages, lambda: counted(engine))


def product_pages(app: Flask, sizes: Sizes) -> dict[str, Page]:
    """The pages that are compared, for accounts that have just logged in."""
    cookies = {
        "reviewer": log_in(app, new_staff(app, "reviewer")),
        "waiting": log_in(app, sizes.middle),
        "visitor": "",
    }
    return {name: Page(path, cookies[who], rows) for name, (who, path, rows) in _pages(sizes).items()}


def create_product(place: Place) -> Flask:
    """The application with the settings of production."""
    return create_app(
        Config(
            env="production",
            secret_key=KEY,
            database_url=place.url,
            data_dir=str(place.folder),
            base_url=ADDRESS,
            trusted_hosts="127.0.0.1",
            proxy_hops="0",
        )
    )


def log_in(app: Flask, account_id: int) -> str:
    """The cookies of a complete login of this account."""
    with app.app_context():
        with transaction(db.session) as one:
            place = ClientAddress("127.0.0.0/24", "bench")
            token = sessions.start(one, one.get_one(Account, account_id), FULL, place, None)
        db.close_session()
    with app.test_request_context(base_url=ADDRESS):
        session["for"] = hash_token(token)[:16]
        answer = app.make_response("")
        app.session_interface.save_session(app, session, answer)
    form = answer.headers["Set-Cookie"].partition(";")[0]
    return f"__Host-sid={token}; {form}"


def new_staff(app: Flask, role: str) -> int:
    """Id of a new account of this role."""
    with app.app_context():
        with transaction(db.session) as one:
            one.execute(delete(Throttle))  # the limit of public checks in a quarter of an hour
            login = f"BENCH{random.SystemRandom().randrange(10**9)}"
            account = Account(login=login, name="审核员", role=role, created_at=clock.now())
            one.add(account)
            one.flush()
            key = account.id
        db.close_session()
    return key


def _pages(sizes: Sizes) -> dict[str, tuple[str, str, int | None]]:
    """Who opens which page, and how many requests it lists (None: not compared)."""
    found = request_number(sizes.middle)
    opened = AFTER_MODEL + sizes.decided + sizes.middle
    beginning = quote(name_at(sizes.middle)[:2])
    return {
        "default": ("reviewer", QUEUE, ROWS),
        "status": ("reviewer", "/panel/done/?flt_state=approved", ROWS),
        "exact": ("reviewer", f"{QUEUE}?search={found}", 1),
        "prefix": ("reviewer", f"{QUEUE}?search={beginning}", None),
        "page50": ("reviewer", f"{QUEUE}?page=49", ROWS),
        "check": ("visitor", f"/check/{token_at(sizes.middle % 1000)}", None),
        "green": ("reviewer", f"{QUEUE}?flt_view=green", ROWS),
        "review page": ("reviewer", f"/panel/requests/{opened}", None),
        "工作台": ("reviewer", "/panel/", None),
        "我的证书": ("waiting", "/my/certificates", None),
        "holder home": ("waiting", "/my/", None),
        "start page": ("visitor", "/", None),
    }
