"""kill -9 at each crash point of filing, deciding and rendering, on both databases; the soak repeats it."""

from tests.campaigns.drawing_kills import kill_worker
from tests.campaigns.kills import kill_everywhere
from tests.campaigns.support.subprocess_task import POINTS
from tests.campaigns.take_effect_kills import kill_carrier

DRAWING = (
    "after_commit:1",
    "after_commit:2",
    "after_drawing",
    "after_rename",
    "before_commit:3",
    "after_commit:3",
)


DISK = {"after_temp", "after_fsync", "after_rename", "after_dirsync"}
"""Points at which only a file is being written, whatever the database is; they are met on SQLite."""
FILING = {point for points in POINTS.values() for point in points}


def test_after_a_kill_at_any_point_all_invariants_hold_and_the_task_can_be_repeated(kind: str) -> None:
    points = FILING if kind == "sqlite" else FILING - DISK
    report = kill_everywhere(kind, 1, points=points)
    assert report.violations == []
    assert report.rounds == sum(len(points & {*known}) for known in POINTS.values())


def test_a_certificate_is_rendered_once_though_its_worker_dies(kind: str) -> None:
    report = kill_worker(kind, 1, points=DRAWING)
    assert report.violations == []
    assert report.rounds == len(DRAWING)


def test_a_decision_takes_effect_once_though_its_worker_dies(kind: str) -> None:
    report = kill_carrier(kind, 1)
    assert report.violations == []
