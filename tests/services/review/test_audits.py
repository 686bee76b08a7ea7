"""双随机: which requests are sampled, who audits them, and that a result is given once."""

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.models import Account, Audit, ChangeRequest, Event, Notice, Recusal
from anguan.services.refusals import NotFound, Refused
from anguan.services.review import audits
from tests.support.factories import Scenario


def decided(scenario: Scenario) -> list[ChangeRequest]:
    """Two requests of two people, decided by REVIEWER1."""
    done = []
    for account in (scenario.holder, scenario.stranger):
        request = scenario.filed("profile_change", account)
        done.append(scenario.decide(request, "approve"))
    return done


def test_every_sampled_request_goes_to_somebody_who_had_no_part_in_it(scenario: Scenario) -> None:
    requests = decided(scenario)
    today = clock.today()
    drawn = audits.draw_sample(scenario.session, scenario.senior, today, today, 1000)
    assert (drawn.decided, len(drawn.audits)) == (2, 2)
    for row in drawn.audits:
        assert row.account_id != scenario.reviewer.id
        assert row.account.role in ("reviewer", "senior_reviewer")
        assert not row.account.region or row.account.region == row.request.region
    again = audits.draw_sample(scenario.session, scenario.senior, today, today, 1000, drawn.seed)
    assert [(r.request_id, r.account_id) for r in again.audits] == [
        (r.request_id, r.account_id) for r in drawn.audits
    ]
    assert {row.request_id for row in drawn.audits} == {request.id for request in requests}


def test_at_least_one_is_sampled_and_never_what_was_decided_on_another_day(scenario: Scenario) -> None:
    decided(scenario)
    today = clock.today()
    assert len(audits.draw_sample(scenario.session, scenario.senior, today, today, 1).audits) == 1
    yesterday = today - timedelta(days=1)
    empty = audits.draw_sample(scenario.session, scenario.senior, yesterday, yesterday, 1000)
    assert (empty.decided, empty.audits) == (0, [])
    with scenario.refused("日期"):
        audits.draw_sample(scenario.session, scenario.senior, today, today + timedelta(days=1), 10)
    with pytest.raises(NotFound):
        audits.draw_sample(scenario.session, scenario.reviewer, today, today, 10)


def test_a_recused_reviewer_does_not_audit(scenario: Scenario) -> None:
    (request, _) = decided(scenario)
    everybody = audits.eligible_auditors(scenario.session, request)
    assert scenario.colleague.id in everybody
    assert scenario.reviewer.id not in everybody
    with transaction(scenario.session):
        scenario.session.add(Recusal(account_id=scenario.colleague.id, person_id=request.person_id))
    assert scenario.colleague.id not in audits.eligible_auditors(scenario.session, request)


def test_the_month_is_sampled_once_by_the_clock(scenario: Scenario) -> None:
    decided(scenario)
    following = (clock.today().replace(day=1) + timedelta(days=32)).replace(day=1)
    drawn = audits.draw_monthly_sample(scenario.session, following)
    assert drawn is not None
    assert drawn.actor_name == "系统"
    assert audits.draw_monthly_sample(scenario.session, following) is None


def test_a_result_is_given_once_by_the_chosen_auditor(scenario: Scenario) -> None:
    decided(scenario)
    today = clock.today()

    drawn = audits.draw_sample(scenario.session, scenario.senior, today, today, 1)
    row = drawn.audits[0]
    looker = scenario.session.get_one(Account, row.account_id)
    with pytest.raises(NotFound):
        audits.conclude(scenario.session, scenario.reviewer, row.id, "agreed", "")
    with scenario.refused("写明"):
        audits.conclude(scenario.session, looker, row.id, "disagreed", " ")
    audits.conclude(scenario.session, looker, row.id, "disagreed", "社保单位不符")
    with suppress(Refused):
        audits.conclude(scenario.session, looker, row.id, "agreed", "")
    kept = scenario.session.get_one(Audit, row.id, populate_existing=True)
    assert (kept.outcome, kept.opinion) == ("disagreed", "社保单位不符")
    assert audits.count_outcomes(scenario.session, drawn.id) == {"open": 0, "agreed": 0, "disagreed": 1}
    told = select(func.count()).where(Notice.title.startswith("抽查结论不一致"))
    assert scenario.session.scalar(told)
    assert scenario.session.scalar(select(func.count()).where(Event.verb == "conclude_recheck"))
