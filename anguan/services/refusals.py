"""Why the counter does not do what is asked: a code for the program, a sentence for people."""

from dataclasses import dataclass

from anguan.services.codes import Refusal
from anguan.services.words import REFUSAL_WORDS


@dataclass(frozen=True)
class FormError:
    """One thing to mend: where on the page (`field:person.name`, `paper:training`, `rule:…`), and how."""

    anchor: str
    sentence: str


class Refused(Exception):
    """It is not done. `code` says why to the program, `sentence` to people."""

    def __init__(self, code: Refusal, **figures: object) -> None:
        super().__init__(REFUSAL_WORDS[code].format(**figures))
        self.code = code

    @property
    def sentence(self) -> str:
        """The sentence for the page: why, and what to do."""
        return str(self.args[0])


class NotFound(Refused):
    """No such thing, or it belongs to somebody else: nobody is told which."""


class InvalidSubmission(Refused):
    """A submission with faults, all of them at once."""

    def __init__(self, faults: list[FormError]) -> None:
        super().__init__(Refusal.FAULTY, count=len(faults))
        self.faults = faults


class StaleRequest(Refused):
    """Something changed since the page was opened; nothing was done."""
