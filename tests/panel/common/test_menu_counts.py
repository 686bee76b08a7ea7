"""Numbers beside the menu entries: what waits for this member of staff, bounded, in one statement."""

import pytest

from anguan.infra.transaction import transaction
from anguan.models import STAFF, Account
from anguan.panel.common.menu_counts import COUNTED, MOST, count_waiting, format_count
from tests.support.factories import Scenario
from tests.support.panel_client import Office
from tests.support.request_factory import THERE, RequestFactory
from tests.support.statements import counted


def test_counts_are_of_ones_own_work_and_region_in_one_statement(scenario: Scenario) -> None:
    factory = RequestFactory(scenario)
    for _ in range(3):
        factory.add_request()
    factory.add_request(THERE)
    reviewer = scenario.account("REVIEWER1")
    assert reviewer.role == "reviewer"
    with counted(scenario.engine) as statements:
        counts = count_waiting(scenario.session, reviewer, COUNTED)
    assert counts == {"panel_queue": 4, "panel_audit": 0, "panel_number_claim": 0, "panel_certificate_job": 0}
    assert len(statements) == 1
    assert count_waiting(scenario.session, scenario.account("REGIONAL"), COUNTED)["panel_queue"] == 1
    with transaction(scenario.session) as session:
        session.get_one(Account, scenario.account("AUDITOR").id).region = THERE
    assert count_waiting(scenario.session, scenario.account("AUDITOR"), COUNTED)["panel_queue"] == 1
    for _ in range(MOST):
        factory.add_request()
    assert count_waiting(scenario.session, scenario.account("SENIOR"), COUNTED)["panel_queue"] == MOST + 1


def test_the_number_is_said_with_a_limit() -> None:
    assert [format_count(count) for count in (0, 1, MOST, MOST + 1)] == ["", "1", "99", "99+"]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_the_menu_of_each_role_has_its_numbers(office: Office) -> None:
    RequestFactory(office.scenario).add_request()
    for role in sorted(STAFF):
        page = office.enter(role).get("/panel/").text
        shown = '待审队列</a><span class="panel-nav__count num">1<span class="sr"> 件待办' in page
        assert shown is (role in ("reviewer", "senior_reviewer", "auditor")), role
