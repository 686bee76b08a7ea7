"""kill -9 at each labelled point of filing and of deciding, on both databases; the soak dies fifty times."""

from tests.campaigns.errand import POINTS
from tests.campaigns.kills import kill_everywhere


def test_a_death_at_any_point_leaves_a_whole_house_and_the_errand_can_be_run_again(kind: str) -> None:
    report = kill_everywhere(kind, 1)
    assert report.violations == []
    assert report.rounds == sum(len(points) for points in POINTS.values())


def test_with_rows_before_files_a_death_leaves_a_row_without_its_file(kind: str) -> None:
    report = kill_everywhere(kind, 1, weaken="rows_before_files", points=("after_temp",))
    assert any("row without its file" in sentence for sentence in report.violations)
