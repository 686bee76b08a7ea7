"""Result of a campaign: how many rounds, how they ended, and what must not have happened."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Report:
    """`tally` counts endings by words, `violations` holds a sentence for each violation."""

    rounds: int = 0
    tally: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def note(self, ending: str) -> None:
        """Count one round that ended so."""
        self.rounds += 1
        self.tally[ending] += 1

    def add_violation(self, sentence: str) -> None:
        """Record a violation."""
        self.violations.append(sentence)

    def add(self, other: "Report") -> None:
        """Add the report of another stretch of the same campaign."""
        self.rounds += other.rounds
        self.tally += other.tally
        self.violations += other.violations

    @property
    def line(self) -> str:
        """The figures in one line."""
        endings = ", ".join(f"{name} {count}" for name, count in sorted(self.tally.items()))
        return f"{self.rounds} rounds ({endings}), {len(self.violations)} violations"
