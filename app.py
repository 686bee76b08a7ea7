"""WSGI entry point: `gunicorn app:app`."""

from anguan.factory import create_app

app = create_app()
