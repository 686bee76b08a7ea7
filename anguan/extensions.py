"""Extensions of the application: database session, file storage, configuration."""

from typing import cast

from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import Session, scoped_session

from anguan.config import Config
from anguan.infra.files import Storage


class Database(SQLAlchemy):
    """Flask-SQLAlchemy whose session has the type that the services expect.

    The scoped session passes every call on to the session of the request.
    """

    session: Session  # type: ignore[assignment]

    def close_session(self) -> None:
        """End the session of this application context; the next use begins a new one."""
        cast("scoped_session[Session]", self.session).remove()


db = Database()


def storage() -> Storage:
    """The storage of uploaded and rendered files."""
    kept: Storage = current_app.extensions["anguan_storage"]
    return kept


def settings() -> Config:
    """The configuration of this application."""
    config: Config = current_app.extensions["anguan_config"]
    return config
