"""Exceptions with which a service refuses an action: a code for the program, a sentence for the user."""

from dataclasses import dataclass

from anguan.services.codes import Refusal
from anguan.services.words import REFUSAL_WORDS


@dataclass(frozen=True)
class FormError:
    """A form error: its place on the page (`field:person.name`, `paper:training`, `rule:…`) and text."""

    anchor: str
    sentence: str


class Refused(Exception):
    """The action was refused. `code` is for the program, `sentence` for the user."""

    def __init__(self, code: Refusal, **figures: object) -> None:
        super().__init__(REFUSAL_WORDS[code].format(**figures))
        self.code = code

    @property
    def sentence(self) -> str:
        """The sentence for the page: the reason, and what to do."""
        return str(self.args[0])


class NotFound(Refused):
    """The object does not exist or belongs to somebody else; the answer does not tell which."""


class InvalidSubmission(Refused):
    """A submission with errors; `faults` lists all of them."""

    def __init__(self, faults: list[FormError]) -> None:
        super().__init__(Refusal.FAULTY, count=len(faults))
        self.faults = faults


class StaleRequest(Refused):
    """Something changed since the page was opened; nothing was done."""
