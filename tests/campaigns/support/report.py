"""What a campaign saw: how many rounds, how they ended, and what must not have happened."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Report:
    """`tally` counts endings by words, `violations` says in sentences what broke."""

    rounds: int = 0
    tally: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def note(self, ending: str) -> None:
        """One round ended so."""
        self.rounds += 1
        self.tally[ending] += 1

    def blame(self, sentence: str) -> None:
        """Something broke."""
        self.violations.append(sentence)

    def add(self, other: "Report") -> None:
        """Take in what another stretch of the same campaign saw."""
        self.rounds += other.rounds
        self.tally += other.tally
        self.violations += other.violations

    @property
    def line(self) -> str:
        """The figures in one line."""
        endings = ", ".join(f"{name} {count}" for name, count in sorted(self.tally.items()))
        return f"{self.rounds} rounds ({endings}), {len(self.violations)} violations"
