"""A draft as a form, whoever fills it in: what was sent with it, and what keeps it from being submitted."""

from collections.abc import Mapping, Sequence

from anguan.desk.drafts import INSTEAD, Draft
from anguan.desk.refusals import Fault
from anguan.grammar.lifecycle import DRAFT, RETURNED
from anguan.grammar.matter import Matter

WORKING = (DRAFT, RETURNED)
"""The states in which a request is a form."""
MOVED = "这件申请的内容在别的窗口里改过，还没有提交。下面是最新的内容，请重新核对后再提交。"


class Unconfirmed(Exception):
    """The check page is shown again: with a notice when it was out of date, else with faults."""

    def __init__(self, draft: Draft, notice: str = "", faults: Sequence[Fault] = ()) -> None:
        super().__init__(notice)
        self.draft, self.notice, self.faults = draft, notice, faults


def read_typed(matter: Matter, form: Mapping[str, str]) -> dict[str, str]:
    """What a sent form brings for the asked fields and for the choices between sets of papers.

    A photo is a file: no text of a form is taken for it.
    """
    paths = [field.path for field in matter.asked if field.resolved.control != "photo"]
    typed = {path: form[path] for path in paths if path in form}
    return typed | {name: value for name, value in form.items() if name.startswith(INSTEAD)}
