"""A clean environment for commands, and a database with the demo data."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import copy_of, drop_database
from tests.support.demo_database import build_demo


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A clean environment with a data folder of its own."""
    for name in [name for name in os.environ if name.startswith("ANGUAN_") or name in ("HOST", "PORT")]:
        if name != "ANGUAN_TEST_DATABASE_URL":
            monkeypatch.delenv(name)
    monkeypatch.setenv("ANGUAN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ANGUAN_CHEAP_HASH", "1")
    return monkeypatch


@pytest.fixture
def demo_url(settings: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a database with the demo data, set in the environment."""
    url = copy_of("sqlite", build_demo)
    settings.setenv("ANGUAN_DATABASE_URL", url)
    yield url
    drop_database(url)
