"""The order of the files, and the test database, restored for each test, on each kind of database."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import KINDS
from tests.support.factories import Scenario, open_scenario

# collect long-lived objects less often: there are thousands of short tests
gc.set_threshold(50_000, 20, 50)


SLOWEST = (
    "browser/test_axe.py",
    "web/test_hostile.py",
    "worker/test_races.py",
    "cli/test_serving.py",
    "worker/test_kills.py",
    "cli/test_cli.py",
    "web/test_record_ids.py",
    "browser/test_walk_ways.py",
    "browser/test_walk_manual_1.py",
    "browser/test_hostile.py",
    "browser/test_photo.py",
    "browser/test_viewer.py",
    "panel/common/test_region_scope.py",
    "web/test_every_route.py",
)
"""Files of more than half a minute, the slowest first, so that no worker waits at the end for another's."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slowest files first; the others stay in their order."""
    ranks = {Path(__file__).parent / name: rank for rank, name in enumerate(SLOWEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database: each test runs on both."""
    return str(request.param)


@pytest.fixture
def scenario(kind: str) -> Iterator[Scenario]:
    """The office of tests.support.office_data on a restored database."""
    with open_scenario(kind) as opened:
        yield opened
