"""The demo data as a fixture, built once per database and process, then copied."""

from argon2 import PasswordHasher
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from anguan.demo.fixtures import PASSWORD
from anguan.demo.load import load
from anguan.infra.blob_store import LocalStorage
from anguan.infra.engine import prepare_engine
from anguan.worker.upgrade import upgrade
from tests.support.databases import scratch

CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def cast_storage() -> LocalStorage:
    """The files of the cast; shared by all copies, for files never change."""
    folder = scratch() / "cast"
    folder.mkdir(exist_ok=True)
    return LocalStorage(folder)


def build_cast(url: str) -> None:
    """A migrated database with the demo scenario in it (for `engines.copy_of`)."""
    upgrade(url)
    engine = prepare_engine(create_engine(url))
    with Session(engine) as session:
        load(session, cast_storage(), CHEAP.hash(PASSWORD))
    engine.dispose()
