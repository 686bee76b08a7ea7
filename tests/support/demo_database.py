"""The demo data as a database fixture, built once per database kind and process, then copied."""

from argon2 import PasswordHasher
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from anguan.demo.load import load
from anguan.infra.blob_store import LocalStorage
from anguan.infra.engine import prepare_engine
from anguan.worker.upgrade import upgrade
from tests.support.databases import scratch

CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def demo_storage() -> LocalStorage:
    """Stored files of the demo data; shared by all copies, for files never change."""
    folder = scratch() / "demo"
    folder.mkdir(exist_ok=True)
    return LocalStorage(folder)


def build_demo(url: str) -> None:
    """Migrate the database at `url` and load the demo data (for `databases.copy_of`)."""
    upgrade(url)
    engine = prepare_engine(create_engine(url))
    with Session(engine) as session:
        load(session, demo_storage(), CHEAP.hash)
    engine.dispose()
