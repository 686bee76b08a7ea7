"""Races of requests, in real processes, on both databases.

On SQLite writers are serialised by BEGIN IMMEDIATE. The soak runs the same campaigns ten times longer;
tests/mutants/races.py removes the guard of each race.
"""

from collections.abc import Callable

import pytest

from tests.campaigns import clicks, decisions, meetings, midnight, neighbours, numbers, undoing
from tests.campaigns.support.report import Report

ROUNDS = 18
"""Three of each order at each distance of tests.campaigns.support.race; they find each mutant of a race."""
RACES = (
    decisions.decide_twice,
    meetings.meet_withdrawal,
    meetings.meet_register,
    meetings.meet_paper,
    undoing.undo_in_time,
    neighbours.file_both,
    midnight.meet_sweep,
)


@pytest.mark.parametrize("race", RACES)
def test_a_race_has_one_winner_in_both_orders(kind: str, race: Callable[[str, int], Report]) -> None:
    report = race(kind, ROUNDS)
    assert report.violations == []
    assert report.rounds == ROUNDS
    assert len(report.tally) > 1, f"only one order was seen: {report.line}"


def test_eight_clicks_are_one_request(kind: str) -> None:
    report = clicks.click(kind, 8)
    assert report.violations == []


def test_numbers_are_unique_and_leave_no_gap(kind: str) -> None:
    report = numbers.take_numbers(kind, 5)
    assert report.violations == []
    assert report.rounds == 8 * 5
