"""Rules about people and their employment at their edges, on both databases."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import delete

from anguan.core import clock
from anguan.core.check_result import ALWAYS, Rule, blocks
from anguan.core.clock import add_months
from anguan.core.field_types.citizen_number import compose_number
from anguan.domain import employment, people, requests
from anguan.infra.transaction import transaction
from anguan.models import Constructor, Insurance
from anguan.services.requests import filing
from tests.support.factories import Scenario
from tests.support.rules import dossier, judge, write

MONTH = date(2027, 3, 1)
DAY = date(2027, 3, 31)
Span = tuple[int, int]


def insure(scenario: Scenario, *spans: Span, firm: int = 0) -> None:
    """Months insured at an enterprise, counted back from MONTH: (2, 0) is January to March."""
    with transaction(scenario.session):
        person_id = scenario.holder.person_id
        scenario.session.execute(delete(Insurance).where(Insurance.person_id == person_id))
        scenario.session.add_all(
            Insurance(
                person_id=person_id,
                enterprise_id=scenario.firm(firm).id,
                first_month=add_months(MONTH, -first),
                last_month=add_months(MONTH, -last),
            )
            for first, last in spans
        )


SPANS: tuple[tuple[list[Span], int], ...] = (
    ([(2, 0)], 3),
    ([(1, 0)], 2),
    ([(3, 1)], 3),
    ([(2, 1)], 2),
    ([(4, 2)], 0),
    ([(2, -5)], 3),
    ([(5, 3), (2, 0)], 6),
    ([(5, 2), (0, 0)], 1),
    ([(5, 3), (1, 0)], 2),
    ([(5, 1), (3, 0)], 6),
    ([(5, 0), (3, 3)], 6),
    ([(1, 0), (2, 2)], 3),
    ([(-1, -3), (2, 0)], 3),
)


def test_insured_months_are_unbroken_up_to_this_month_or_the_last(scenario: Scenario) -> None:
    for spans, months in SPANS:
        insure(scenario, *spans)
        with clock.frozen_at(DAY):
            assert employment.insured_months(dossier(scenario), scenario.firm(0).id) == months, spans
            assert employment.insured_months(dossier(scenario), scenario.firm(1).id) == 0
        found = judge(scenario, employment.is_insured, DAY)
        assert found.outcome == ("pass" if months >= 3 else "block"), spans


def test_unbroken_months_are_counted_as_month_by_month_would() -> None:
    chance = random.Random(8)
    for _ in range(300):
        spans = []
        for _ in range(chance.randrange(5)):
            last = chance.randrange(-2, 12)
            spans.append((add_months(MONTH, -last - chance.randrange(6)), add_months(MONTH, -last)))
        paid = {month for first, last in spans for month in months_of(first, last)}
        month, count = MONTH if MONTH in paid else add_months(MONTH, -1), 0
        while month in paid:
            month, count = add_months(month, -1), count + 1
        assert employment.unbroken_months(spans, DAY) == count, spans


def months_of(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = add_months(first, 1)


def test_a_long_series_costs_no_more_than_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    numbered: list[date] = []
    count = employment.month_number
    monkeypatch.setattr(employment, "month_number", lambda day: numbered.append(day) or count(day))
    assert employment.unbroken_months([(date(1900, 1, 1), MONTH)], DAY) == 127 * 12 + 3
    assert len(numbered) == 3


def test_insurance_is_judged_by_its_policy_and_left_to_people_when_unknown(scenario: Scenario) -> None:
    insure(scenario, (1, 0))
    scenario.policy("insured_months_renewal", "2")
    assert judge(scenario, employment.is_insured, DAY).outcome == "pass"
    insure(scenario)
    assert judge(scenario, employment.is_insured, DAY).outcome == "unknown"
    insure(scenario, (11, 0), firm=1)
    assert judge(scenario, employment.is_insured, DAY).outcome == "block"


def test_a_move_asks_for_months_at_the_new_firm_only(scenario: Scenario) -> None:
    new = str(scenario.firm(1).id)
    rule = employment.is_insured_at_new
    move = {"matter": "certificate_change", "certificate__unit": new}
    insure(scenario, (11, 0))
    assert judge(scenario, rule, DAY, matter="certificate_change").outcome == "pass"
    found = judge(scenario, rule, DAY, **move)
    assert (found.outcome, "新单位参保不满3个月" in found.sentence) == ("block", True)
    insure(scenario, (1, 0), firm=1)
    assert judge(scenario, rule, DAY, **move).outcome == "block"
    insure(scenario, (2, 0), firm=1)
    assert judge(scenario, rule, DAY, **move).outcome == "pass"
    insure(scenario, (3, 1), firm=1)
    assert judge(scenario, rule, DAY, **move).outcome == "pass"


def register_constructor(scenario: Scenario, *rows: tuple[int, date]) -> None:
    """The constructor registrations of the holder: enterprise and last day."""
    with transaction(scenario.session):
        person_id = scenario.holder.person_id
        scenario.session.execute(delete(Constructor).where(Constructor.person_id == person_id))
        scenario.session.add_all(
            Constructor(
                person_id=person_id,
                enterprise_id=scenario.firm(firm).id,
                number=f"滇159{index:06d}",
                valid_until=until,
            )
            for index, (firm, until) in enumerate(rows)
        )


def test_a_project_leader_is_a_constructor_of_the_same_firm(scenario: Scenario) -> None:
    rule, yesterday = employment.constructor_agrees, DAY - timedelta(days=1)
    for rows, outcome in (
        ([(0, DAY)], "pass"),
        ([(0, yesterday)], "unknown"),
        ([(1, DAY)], "block"),
        ([(1, DAY), (0, DAY)], "pass"),
        ([(1, DAY), (0, yesterday)], "block"),
        ([], "unknown"),
    ):
        register_constructor(scenario, *rows)
        assert judge(scenario, rule, DAY).outcome == outcome, rows
        assert judge(scenario, rule, DAY, kind="C").outcome == "pass"
    register_constructor(scenario, (0, DAY))
    move = {"matter": "certificate_change", "certificate__unit": str(scenario.firm(1).id)}
    assert judge(scenario, rule, DAY, **move).outcome == "block"


def test_a_number_is_free_when_nobody_else_has_it(scenario: Scenario) -> None:
    taken, own = scenario.stranger.person.document_number, scenario.holder.person.document_number
    free = compose_number("590103", date(1990, 3, 7), 101)
    identity = {"matter": "identity_change", "person__document_type": "resident"}
    rule = people.number_is_free
    for number, outcome in ((taken, "block"), (own, "pass"), (free, "pass")):
        assert judge(scenario, rule, person__document_number=number, **identity).outcome == outcome
        change = {"matter": "certificate_change", "certificate__document_number": number}
        assert judge(scenario, rule, **change).outcome == outcome
    write(scenario, scenario.stranger.person, document_type="passport", document_number="E59000001")
    passport = {"matter": "identity_change", "person__document_number": "E59000001"}
    assert judge(scenario, rule, person__document_type="passport", **passport).outcome == "block"
    assert judge(scenario, rule, person__document_type="hm_permit", **passport).outcome == "pass"
    write(scenario, scenario.holder.person, document_type="hm_permit", document_number="E59000001")
    assert judge(scenario, rule, person__document_type="passport", **passport).outcome == "block"


def test_birth_date_and_gender_are_those_of_the_number(scenario: Scenario) -> None:
    rule = people.number_agrees
    man, woman = (compose_number("590103", date(1990, 3, 7), order) for order in (101, 102))
    identity = {"matter": "identity_change", "person__document_type": "resident"}
    assert judge(scenario, rule, person__document_number=man, **identity).outcome == "pass"
    found = judge(scenario, rule, person__document_number=woman, **identity)
    assert (found.outcome, "性别" in found.sentence) == ("warn", True)
    agreed = {"person__gender": "female", "person__document_number": woman}
    assert judge(scenario, rule, **agreed, **identity).outcome == "pass"
    found = judge(scenario, rule, person__birth_date="1990-03-08", person__document_number=man, **identity)
    assert (found.outcome, "出生日期" in found.sentence) == ("warn", True)
    identity["person__document_type"] = "passport"
    assert judge(scenario, rule, person__document_number="E59000001", **identity).outcome == "pass"


def test_what_is_missing_is_named(scenario: Scenario) -> None:
    person, rule = scenario.holder.person, people.is_complete
    assert judge(scenario, rule).outcome == "pass"
    kept = {"gender": person.gender, "birth_date": person.birth_date, "phone": person.phone}
    for name, empty, label in (
        ("gender", "", "性别"),
        ("birth_date", None, "出生日期"),
        ("phone", "", "手机号码"),
    ):
        write(scenario, person, **{name: empty})
        found = judge(scenario, rule)
        assert (found.outcome, label in found.sentence) == ("block", True)
        write(scenario, person, **{name: kept[name]})
    photo = person.photo
    write(scenario, person, photo=None)
    assert "证件照片" in judge(scenario, rule).sentence
    coming = {"matter": "certificate_change", "certificate__photo": photo or ""}
    assert judge(scenario, rule, **coming).outcome == "pass"


def test_a_change_changes_something(scenario: Scenario) -> None:
    rule, change = requests.something_changes, "certificate_change"
    assert judge(scenario, rule, matter=change).outcome == "block"
    assert judge(scenario, rule, matter=change, certificate__title="工程师").outcome == "block"
    assert judge(scenario, rule, matter=change, certificate__title="高级工程师").outcome == "pass"
    assert rule(dossier(scenario, change, scenario.paper_holder)).outcome == "pass"
    write(scenario, scenario.certificate(), holder_name="旧名")
    back = {"matter": "identity_change", "person__name": scenario.holder.person.name}
    assert judge(scenario, rule, **back).outcome == "pass", "the certificate follows the person"


def test_one_open_request_on_each_record(scenario: Scenario) -> None:
    rule = requests.no_other_open
    draft = scenario.begin("profile_change")
    filing.save(scenario.session, scenario.holder, draft.id, {"person.phone": "13800000077"})
    assert judge(scenario, rule, matter="profile_change").outcome == "pass", "a draft holds nothing"
    scenario.submit(draft)
    found = judge(scenario, rule, matter="profile_change")
    assert (found.outcome, draft.number in found.sentence) == ("block", True)
    assert judge(scenario, rule).outcome == "pass", "a telephone stands on no certificate"
    title = {"matter": "certificate_change", "certificate__title": "高级工程师"}
    assert judge(scenario, rule, **title).outcome == "block", "the title stands on the person too"
    assert rule(dossier(scenario, "profile_change", scenario.stranger)).outcome == "pass"
    filing.withdraw(scenario.session, scenario.holder, draft.id)
    assert judge(scenario, rule, matter="profile_change").outcome == "pass"


def test_a_rule_that_breaks_decides_nothing(scenario: Scenario) -> None:
    broken = Rule("test.broken", "会出错的规则", lambda _: 1 // 0, ALWAYS, "training")  # type: ignore[arg-type,return-value]
    found = judge(scenario, broken)
    assert (found.outcome, found.rule, found.proof) == ("unknown", "test.broken", "training")
    assert "人工核对" in found.sentence


def test_a_softened_rule_warns(scenario: Scenario) -> None:
    for severity, outcome in (("block", "block"), ("warn", "warn")):
        hard = Rule("test.hard", "严格的规则", lambda _: blocks("不行"), ALWAYS, "", severity)  # type: ignore[arg-type]
        assert judge(scenario, hard).outcome == outcome
