"""Mutants of stored findings and daily figures: what is worked out again, and who may write it."""

from tests.mutants.mutant import Edit, Mutant

_STORED = "anguan/services/stored_findings.py"
_FINDINGS = "tests/services/test_stored_findings.py"
_RACES = "tests/services/test_findings_races.py"
_FIGURES = "tests/services/test_daily_figures.py"
_TAKEN = "if not delete_marks(session, StaleFindings, seen):"

MUTANTS = (
    Mutant(
        "findings_overwritten",
        (Edit(_STORED, _TAKEN, "if delete_marks(session, StaleFindings, seen) is None:"),),
        (f"{_RACES}::test_a_slow_worker_does_not_overwrite_what_another_judged_later[sqlite]",),
        "Of two workers that judge a request the slower one writes nothing.",
    ),
    Mutant(
        "findings_all_marks_deleted",
        (
            Edit(
                _STORED,
                _TAKEN,
                "if session.query(StaleFindings)"
                ".filter(StaleFindings.request_id.in_(list(marks))).delete() is None:",
            ),
        ),
        (f"{_RACES}::test_a_change_during_the_judging_is_not_lost[sqlite]",),
        "A change of the register while a request is judged has it judged again.",
    ),
    Mutant(
        "findings_unwatched",
        (
            Edit(
                "anguan/models/stale_findings.py",
                '"employment", "training", "insurance"',
                '"employment", "insurance"',
            ),
        ),
        (f"{_FINDINGS}::test_everything_that_rules_read_is_watched[sqlite]",),
        "Whatever rules read is watched by a trigger.",
    ),
    Mutant(
        "figures_overwritten",
        (
            Edit(
                "anguan/services/figures/daily.py",
                "if not delete_marks(session, StaleDay, seen):",
                "if delete_marks(session, StaleDay, seen) is None:",
            ),
        ),
        (f"{_FIGURES}::test_figures_are_never_of_an_older_state[sqlite-True]",),
        "Of two workers that count a day the slower one writes nothing.",
    ),
    Mutant(
        "figures_kept_though_changed",
        (
            Edit(
                "anguan/models/figures.py",
                'columns=("number", "matter", "state", "region", "submitted_at", "decided_at", "due_at")',
                'columns=("number", "matter", "submitted_at", "decided_at", "due_at")',
            ),
        ),
        (f"{_FIGURES}::test_figures_are_those_of_the_records_before_and_after_every_change[sqlite]",),
        "A day whose records changed is not read from its kept figures.",
    ),
)
