"""Races of requests, in real processes, on both databases; each fails when its guard is removed.

On SQLite writers are serialised by BEGIN IMMEDIATE: to see a failure there, `no_begin` removes that
too. The soak runs the same campaigns ten times longer.
"""

from collections.abc import Callable

import pytest

from tests.campaigns import clicks, decisions, meetings, midnight, neighbours, numbers, undoing
from tests.campaigns.support.report import Report

ROUNDS = 30
RED_ROUNDS = 8
RACES = (
    (decisions.decide_twice, decisions.BARE),
    (meetings.meet_withdrawal, meetings.BARE),
    (meetings.meet_register, meetings.BARE),
    (meetings.meet_paper, meetings.BARE),
    (undoing.undo_in_time, decisions.BARE),
    (neighbours.file_both, "no_record_lock"),
    (midnight.meet_sweep, "no_certificate_lock,no_begin"),
)
Race = Callable[..., Report]
races = pytest.mark.parametrize(("race", "weaken"), RACES, ids=lambda given: getattr(given, "__name__", ""))


@races
def test_a_race_has_one_winner_in_both_orders(kind: str, race: Race, weaken: str) -> None:
    report = race(kind, ROUNDS)
    assert report.violations == []
    assert report.rounds == ROUNDS
    assert len(report.tally) > 1, f"only one order was seen: {report.line}"


@races
def test_a_race_without_its_guard_is_lost(kind: str, race: Race, weaken: str) -> None:
    assert any(race(kind, RED_ROUNDS, seed, weaken).violations for seed in range(8))


def test_eight_clicks_are_one_request(kind: str) -> None:
    report = clicks.click(kind, 8)
    assert report.violations == []


def test_without_the_key_the_second_click_gets_another_answer(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANGUAN_WEAKEN", "no_key")
    assert clicks.click(kind, 2).violations


def test_without_the_index_eight_tabs_begin_many_drafts(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANGUAN_WEAKEN", "no_begin")
    reports = (clicks.click(kind, 1, seed, without="uq_change_request_draft") for seed in range(8))
    assert any("drafts" in sentence for report in reports for sentence in report.violations)


def test_numbers_are_unique_and_leave_no_gap(kind: str) -> None:
    report = numbers.take_numbers(kind, 5)
    assert report.violations == []
    assert report.rounds == 8 * 5


def test_numbers_that_are_read_and_counted_collide(kind: str) -> None:
    assert numbers.take_numbers(kind, 5, weaken="read_then_count,no_begin").violations
