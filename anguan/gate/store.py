"""What a request works with: the database session, the kept files, the configuration."""

from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import Session

from anguan.config import Config
from anguan.ledger.files import Storage


class Database(SQLAlchemy):
    """Flask-SQLAlchemy whose session is typed as what services take.

    The scoped session passes every call on to the session of the request.
    """

    session: Session  # type: ignore[assignment]


db = Database()


def storage() -> Storage:
    """Where uploaded and printed files are kept."""
    kept: Storage = current_app.extensions["anguan_storage"]
    return kept


def settings() -> Config:
    """The configuration of this house."""
    config: Config = current_app.extensions["anguan_config"]
    return config
