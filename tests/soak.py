"""The campaigns at full count, on both databases, in stretches that survive an interruption.

Usage: python -m tests.soak [name …], all of CAMPAIGNS when none is named; `mutants` alone runs every mutant.
Progress is kept in instance/soak; a finished campaign starts anew. The exit code is 1 on any violation.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.campaigns import (
    clicks,
    decisions,
    drawing_kills,
    guessing,
    kills,
    meetings,
    midnight,
    neighbours,
    numbers,
    take_effect_kills,
    undoing,
)
from tests.campaigns.support.report import Report
from tests.mutants.run import main as run_mutants
from tests.support.databases import KINDS

PROGRESS = Path(__file__).resolve().parent.parent / "instance" / "soak"
HOUR = 3600.0


@dataclass(frozen=True)
class Campaign:
    """`run(kind, count, seed)` is repeated in stretches until `full` rounds are done on a database."""

    run: Callable[[str, int, int], Report]
    full: int
    stretch: int


CAMPAIGNS = {
    "decisions": Campaign(decisions.decide_twice, 300, 50),
    "withdrawal": Campaign(meetings.meet_withdrawal, 300, 50),
    "register": Campaign(meetings.meet_register, 300, 50),
    "paper": Campaign(meetings.meet_paper, 300, 50),
    "neighbours": Campaign(neighbours.file_both, 300, 50),
    "midnight": Campaign(midnight.meet_sweep, 300, 50),
    "clicks": Campaign(clicks.click, 200, 50),
    "numbers": Campaign(numbers.take_numbers, 50, 50),
    "undo": Campaign(undoing.undo_in_time, 200, 50),
    "carrying": Campaign(take_effect_kills.kill_carrier, 10, 2),
    "drawing": Campaign(drawing_kills.kill_worker, 10, 1),
    "guessing": Campaign(guessing.guess_passwords, 1440, 1440),
    "kill": Campaign(kills.kill_everywhere, 50, 2),
}


def main(names: list[str]) -> int:
    """Run the named campaigns, all when none is named; gives the exit code."""
    if names == ["mutants"]:
        return run_mutants(["all"])
    unknown = [name for name in names if name not in CAMPAIGNS]
    if unknown:
        print(f"no campaign {' '.join(unknown)}; there are {' '.join(CAMPAIGNS)} mutants")
        return 2
    broken = [name for name in names or CAMPAIGNS if not run_campaign(name, CAMPAIGNS[name])]
    print("all held" if not broken else f"broken: {' '.join(broken)}")
    return 1 if broken else 0


def run_campaign(name: str, campaign: Campaign) -> bool:
    """Continue where the last run stopped; True when there is no violation. Stops after an hour."""
    path, started, sound, whole = PROGRESS / f"{name}.json", time.monotonic(), True, True
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for kind in KINDS:
        state = kept.setdefault(kind, {"done": 0, "rounds": 0, "tally": {}, "violations": []})
        while state["done"] < campaign.full and time.monotonic() - started < HOUR:
            count = min(campaign.stretch, campaign.full - state["done"])
            report = Report(state["rounds"], Counter(state["tally"]), state["violations"])
            report.add(campaign.run(kind, count, 1 + state["done"]))
            state.update(done=state["done"] + count, rounds=report.rounds, tally=dict(report.tally))
            state["violations"] = report.violations
            _keep(path, kept)
            print(
                f"{name} {kind} {state['done']}/{campaign.full}, {time.monotonic() - started:.0f} s",
                flush=True,
            )
        report = Report(state["rounds"], Counter(state["tally"]), state["violations"])
        whole &= state["done"] == campaign.full
        sound &= not report.violations
        print(
            "\n".join(f"  {line}" for line in report.violations[:20]), end="\n" if report.violations else ""
        )
        print(
            f"{name} on {kind}: {report.line}{'' if whole else ', the hour is over: run it again to go on'}"
        )
    if whole:
        path.unlink()
    return sound and whole


def _keep(path: Path, kept: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    new.replace(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
