"""Stores one sample PDF in a process of its own that a test can kill at a crash point.

Usage: python -m tests.support.uploader DATABASE_URL FOLDER
"""

import sys
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from anguan.infra.engine import prepare_engine
from anguan.infra.files import LocalStorage, store
from anguan.infra.inspection import inspect
from anguan.infra.transaction import transaction
from tests.support.sample_files.corpus import paper


def upload(url: str, folder: str) -> None:
    """Inspect and store the file, commit, then print its digest."""
    clean = inspect(paper(), "承诺书.pdf")
    engine = prepare_engine(create_engine(url))
    with Session(engine) as session:
        with transaction(session):
            row = store(session, LocalStorage(Path(folder)), clean)
        print("acknowledged", row.sha256, flush=True)
    engine.dispose()


if __name__ == "__main__":
    upload(sys.argv[1], sys.argv[2])
