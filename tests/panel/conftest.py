"""The panel on the test data, on each kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.factories import Scenario
from tests.support.panel_client import Office, open_office


@pytest.fixture
def office(scenario: Scenario, tmp_path: Path) -> Iterator[Office]:
    """The office that its staff see; tests of pages alone open one on SQLite."""
    with open_office(scenario, tmp_path) as opened:
        yield opened
