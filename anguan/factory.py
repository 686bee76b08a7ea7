"""Application factory: registers extensions, blueprints and the access table."""

from datetime import timedelta

from flask import Flask
from flask_babel import Babel
from werkzeug.middleware.proxy_fix import ProxyFix

from anguan import account, panel, portal, public
from anguan.config import ROOT, Config, ConfigRefused, read, refusals
from anguan.extensions import db
from anguan.infra.engine import prepare_engine
from anguan.infra.files import LocalStorage
from anguan.infra.private_files import make_private_folder
from anguan.web import setup
from anguan.web.access import build_access_table
from anguan.web.application import Application

MEGABYTE = 1024 * 1024
PACKAGES = (setup, account, public, portal, panel)


def create_app(config: Config | None = None) -> Flask:
    """Create the WSGI application. Raises ConfigRefused when it is not configured safely."""
    config = config or read()
    if reasons := refusals(config):
        raise ConfigRefused("不能这样启动：\n" + "\n".join(f"  · {reason}" for reason in reasons))
    app = Application("anguan", static_folder=str(ROOT / "static"), template_folder=str(ROOT / "templates"))
    _configure(app, config)
    Babel(app, default_locale="zh_Hans_CN", default_timezone="Asia/Shanghai")
    make_private_folder(config.folder)
    app.extensions["anguan_config"] = config
    app.extensions["anguan_storage"] = LocalStorage(config.folder / "files")
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    for package in PACKAGES:
        package.init_app(app)
    build_access_table(app)
    return app


def _configure(app: Flask, config: Config) -> None:
    prefix = "__Host-" if config.secure else ""
    options = {} if config.database.startswith("sqlite") else {"pool_pre_ping": True}
    app.config.update(
        SECRET_KEY=config.secret_key,
        CHEAP_HASH=bool(config.cheap_hash) and not config.production,
        SQLALCHEMY_DATABASE_URI=config.database,
        SQLALCHEMY_ENGINE_OPTIONS=options,
        TRUSTED_HOSTS=config.hosts,
        MAX_CONTENT_LENGTH=80 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=MEGABYTE // 2,
        MAX_FORM_PARTS=400,
        SESSION_COOKIE_NAME=f"{prefix}form",
        SESSION_COOKIE_SECURE=config.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        PREFERRED_URL_SCHEME="https" if config.secure else "http",
        # A form is valid as long as its session; the browser sends no referrer to compare.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    if hops := config.hops:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
