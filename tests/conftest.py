"""Fixtures: an office on each database, fresh for each test."""

from collections.abc import Iterator

import pytest

from tests.engines import KINDS, borrow, give_back
from tests.world import World, build


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each database in turn."""
    return str(request.param)


@pytest.fixture
def world(kind: str) -> Iterator[World]:
    """The office of tests.world, fresh."""
    url = borrow(kind, build)
    opened = World(url)
    yield opened
    opened.close()
    give_back(url, build)
