"""One task card of the holder's first page."""

from dataclasses import dataclass

from anguan.portal.formatting import TASK_WORDS, TaskKind
from anguan.services.requests.status import StatusLine
from anguan.web.status_signs import Sign, sign_of_status


@dataclass(frozen=True)
class Task:
    """One task card; `lines` are full reasons; the button is a link (`url`) or a POST (`post`).

    `state` is the status of a certificate, shown in place of the kind of task; `phone` is whom to ask.
    """

    kind: TaskKind
    about: str
    title: str
    button: str
    url: str = ""
    post: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    lead: str = ""
    until: str = ""
    left: int | None = None
    left_words: str = ""
    turn: bool = True
    more: tuple[str, str] | None = None
    phone: str = ""
    state: StatusLine | None = None

    @property
    def word(self) -> str:
        """The kind of task in words."""
        return self.state.word if self.state else TASK_WORDS[self.kind][1]

    @property
    def sign(self) -> Sign:
        """The sign beside the word."""
        return sign_of_status(self.state.code) if self.state else TASK_WORDS[self.kind][0]
