"""Why the counter does not do what is asked, in sentences for people."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing to mend: where on the page (`field:person.name`, `paper:training`, `rule:…`), and how."""

    anchor: str
    sentence: str


class Refused(Exception):
    """It is not done; args[0] says why and what to do."""

    @property
    def sentence(self) -> str:
        """The sentence for the page."""
        return str(self.args[0])


class NotFound(Refused):
    """No such thing, or it belongs to somebody else: nobody is told which."""


class Faulty(Refused):
    """A submission with faults, all of them at once."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"有 {len(faults)} 处要改，其余都已保留")
        self.faults = faults


class Stale(Refused):
    """Something changed since the page was opened; nothing was done."""
