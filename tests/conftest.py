"""Fixtures: an office on each database, fresh for each test."""

import gc
from collections.abc import Iterator

import pytest

from tests.support.databases import KINDS, borrow, engine_of, give_back
from tests.support.factories import Scenario, build

# thousands of short tests: the collector looks at what stays less often
gc.set_threshold(50_000, 20, 50)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each database in turn."""
    return str(request.param)


@pytest.fixture
def scenario(kind: str) -> Iterator[Scenario]:
    """The office of tests.scenario, fresh."""
    url = borrow(kind, build)
    opened = Scenario(url, engine_of(url))
    yield opened
    opened.close()
    give_back(url, build)
