"""What the tests of the portal share: the application on the office of the factories, and its holder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.client import AppClients
from tests.support.factories import Scenario
from tests.support.portal_client import Holder, open_portal


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    with open_portal(scenario, tmp_path) as opened:
        yield opened


@pytest.fixture
def holder(clients: AppClients) -> Holder:
    return Holder(clients, clients.scenario.holder)
