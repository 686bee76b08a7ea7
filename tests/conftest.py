"""Fixtures of all tests: the test database, restored for each test, on each kind of database."""

import gc
from collections.abc import Iterator

import pytest

from tests.support.databases import KINDS
from tests.support.factories import Scenario, open_scenario

# collect long-lived objects less often: there are thousands of short tests
gc.set_threshold(50_000, 20, 50)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database: each test runs on both."""
    return str(request.param)


@pytest.fixture
def scenario(kind: str) -> Iterator[Scenario]:
    """The office of tests.support.office_data on a restored database."""
    with open_scenario(kind) as opened:
        yield opened
