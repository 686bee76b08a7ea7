"""Formats days, times and statuses for the holder's pages."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from anguan.core import clock
from anguan.core.clock import format_day
from anguan.core.matter import Matter
from anguan.domain.calendar import format_deadline
from anguan.portal.blueprint import portal
from anguan.services.codes import StatusCode
from anguan.services.requests.status import StatusLine
from anguan.web.status_signs import Sign

WEEKDAYS = "一二三四五六日"


class TaskKind(StrEnum):
    """Kind of a pending task of the holder."""

    RETURNED = "returned"
    REJECTED = "rejected"
    EXPIRING = "expiring"
    NOT_IN_FORCE = "not_in_force"
    UNSUBMITTED = "unsubmitted"
    INCOMPLETE = "incomplete"
    PAPER = "paper"
    MISMATCH = "mismatch"


TASK_WORDS: Mapping[TaskKind, tuple[Sign, str]] = {
    TaskKind.RETURNED: (Sign.RETURNED, "退回补正"),
    TaskKind.REJECTED: (Sign.BAD, "审批不通过"),
    TaskKind.EXPIRING: (Sign.EXPIRING, "即将到期"),
    TaskKind.NOT_IN_FORCE: (Sign.BAD, "证书失效"),
    TaskKind.UNSUBMITTED: (Sign.UNSENT, "尚未提交"),
    TaskKind.INCOMPLETE: (Sign.CAUTION, "资料不全"),
    TaskKind.PAPER: (Sign.PLAIN, "纸质证书"),
    TaskKind.MISMATCH: (Sign.CAUTION, "信息不一致"),
}
"""Sign and label of each kind of task."""


portal.add_app_template_filter(format_day, "say_day")
portal.add_app_template_filter(format_deadline, "say_deadline")


@portal.app_template_filter("say_moment")
def format_moment(moment: datetime | None) -> str:
    """11月23日 14:46."""
    return f"{format_day(moment)} {clock.beijing(moment):%H:%M}" if moment else ""


def format_today() -> str:
    """2026年11月23日（星期一）."""
    today = clock.today()
    return f"{today.year}年{today.month}月{today.day}日（星期{WEEKDAYS[today.weekday()]}）"


def format_status(matter: Matter, status: StatusLine) -> str:
    """The status as the manual writes it: 变更证书审批不通过 原因: 在新单位参保不满3个月."""
    if status.previous is not None:
        earlier = StatusLine(status.previous, reason=status.reason)
        return f"{status.word}，上次{format_outcome(matter, earlier)} 原因: {status.reason}"
    why = f" 原因: {status.reason}" if status.reason and status.code == StatusCode.REJECTED else ""
    return f"{format_outcome(matter, status)}{why}"


def format_outcome(matter: Matter, status: StatusLine) -> str:
    """The status without its reason: 变更证书审批不通过."""
    if not status.reason or status.code != StatusCode.REJECTED:
        return status.word
    named = f"{matter.action}证书" if matter.subject == "certificate" else matter.title
    return f"{named}{status.word}"
