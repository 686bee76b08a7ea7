"""Conflicts: advice and questions when the register changed after submission."""

from collections.abc import Mapping

from anguan.domain.field_changes import FieldChange
from anguan.domain.masking import is_picture
from anguan.panel.review.review_presenter import build_lines, format_value
from anguan.services.review.review_view import ReviewView

NOTHING = "不用处理"


def build_conflicts(review: ReviewView, closed: bool) -> list[tuple[FieldChange, str]]:
    """The changed fields with advice (怎么处理), conflicts first."""
    conflicts = [
        (line, _advise(row, line.drifted))
        for line, row in zip(build_lines(review, False, closed), review.rows, strict=True)
    ]
    return sorted(conflicts, key=lambda conflict: not conflict[0].drifted)


def questions(review: ReviewView, labels: Mapping[str, str]) -> dict[str, str]:
    """Questions to the applicant for a return (退回补正), by item: only where they asked for another
    value."""
    return {
        item: _ask(row)
        for row in review.rows
        if row.drifted and row.changed and (item := f"field:{row.path}") in labels
    }


def _advise(row: FieldChange, drifted: bool) -> str:
    if row.mirror_of:
        return "随证书或个人信息的同一项一起处理" if drifted or row.changed else NOTHING
    if not drifted:
        return "登记未变，按申请值" if row.changed else NOTHING
    if row.changed:
        return "退回补正，请本人说明；确认仍按申请值办的，按现在的登记重新核对"
    return "没有申请改，用当前值"


def _ask(row: FieldChange) -> str:
    if is_picture(row.path):
        change = "换了照片"
    else:
        now = format_value(row.path, row.current or "", row.current_text, open_numbers=False)
        change = f"变为“{now}”" if now else "清空了"
    return f"您提交以后，登记{change}。请核对：仍要改的，请说明并附材料；不用改的，请照登记填写。"
