"""The list of requests in Django's admin, also in the dress of django-unfold, with its own login."""

from collections.abc import Sized
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import quote

from sqlalchemy import make_url

from benchmarks.comparison.page import Page, Site
from benchmarks.seeding.databases import Place
from benchmarks.seeding.expressions import name_at
from benchmarks.seeding.sizes import Sizes, request_number

LIST = "/admin/peers/request/"
CONTRIB = tuple(
    f"django.contrib.{name}"
    for name in ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")
)
MIDDLEWARE = (
    "contrib.sessions.middleware.SessionMiddleware",
    "middleware.common.CommonMiddleware",
    "middleware.csrf.CsrfViewMiddleware",
    "contrib.auth.middleware.AuthenticationMiddleware",
    "contrib.messages.middleware.MessageMiddleware",
)
PROCESSORS = (
    "template.context_processors.request",
    "contrib.auth.context_processors.auth",
    "contrib.messages.context_processors.messages",
)


def open_django(place: Place, dressed: bool = False) -> Site:
    """The application and its pages; `dressed` with django-unfold."""
    configure(place, dressed)
    from django.core.management import call_command  # noqa: PLC0415
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    cookie = _log_in()
    sizes = Sizes(place.requests)
    pages = {
        "default": Page(LIST, cookie, 20),
        "status": Page(f"{LIST}?status__exact=approved", cookie, 20),
        "exact": Page(f"{LIST}?q={request_number(sizes.middle)}", cookie, 1),
        "prefix": Page(f"{LIST}?q={quote(name_at(sizes.middle)[:2])}", cookie),
        "page50": Page(f"{LIST}?p=50", cookie, 20),
    }

    def counting() -> AbstractContextManager[Sized]:
        captured: AbstractContextManager[Sized] = CaptureQueriesContext(connection)
        return captured

    return Site(get_wsgi_application(), pages, counting)


def configure(place: Place, dressed: bool) -> None:
    """Django's settings for this database."""
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    url = make_url(place.url)
    database: dict[str, Any] = {"ENGINE": "django.db.backends.sqlite3", "NAME": url.database}
    if place.kind == "postgresql":
        host = url.query.get("host", url.host)
        database = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": url.database,
            "USER": url.username,
            "HOST": host,
        }
    templates = {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": [f"django.{name}" for name in PROCESSORS]},
    }
    settings.configure(
        SECRET_KEY="bench-only",
        DEBUG=False,
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="benchmarks.peers.django_urls",
        USE_TZ=False,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        DATABASES={"default": {**database, "CONN_MAX_AGE": None}},
        STATIC_URL="/static/",
        INSTALLED_APPS=[*(["unfold"] if dressed else []), *CONTRIB, "benchmarks.peers"],
        MIDDLEWARE=[f"django.{name}" for name in MIDDLEWARE],
        TEMPLATES=[templates],
    )
    django.setup()


def _log_in() -> str:
    from django.contrib.auth import (  # noqa: PLC0415
        BACKEND_SESSION_KEY,
        HASH_SESSION_KEY,
        SESSION_KEY,
        get_user_model,
    )
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    users = get_user_model().objects
    user = users.filter(username="bench").first() or users.create_superuser("bench", "", "bench-only")
    store = SessionStore()
    store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store.create()
    return f"sessionid={store.session_key}"
