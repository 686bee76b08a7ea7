"""Applications in processes of their own, asked in turn, so that a slow moment of the machine meets all."""

import json
import random
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.seeding.databases import Place

ROOT = Path(__file__).resolve().parents[2]
WARM = 2
PATIENCE = 8_000
"""Milliseconds after which a slow page is no longer asked in every round."""
FEWEST = 3


@dataclass(frozen=True)
class Figures:
    """Medians of one page of one program: milliseconds on the clock and of CPU, kilobytes, statements."""

    wall: float
    cpu: float
    kilobytes: float
    statements: int


class Process:
    """One program on one database."""

    def __init__(self, program: str, place: Place) -> None:
        """Start it. Raises RuntimeError when it does not start."""
        words = [program, place.kind, str(place.requests), str(place.folder), place.url]
        command = [sys.executable, "-m", "benchmarks.comparison.worker", *words]
        self.process = subprocess.Popen(
            command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.pages: list[str] = self._read()

    def ask(self, line: str) -> dict[str, Any]:
        """The answer to one line. Raises RuntimeError for a page that is not as it should be."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        found: dict[str, Any] = self._read()
        if "error" in found:
            raise RuntimeError(found["error"])
        return found

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)

    def _read(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the program ended: its message stands above")
        return json.loads(line)


def measure(
    places: Mapping[str, Place], rounds: int, only: Iterable[str] = ()
) -> dict[tuple[str, str], Figures]:
    """Figures by program and page; all pages are asked once per round, in mixed order."""
    processes = {program: Process(program, place) for program, place in places.items()}
    chosen = set(only)
    keys = [
        (program, page)
        for program, process in processes.items()
        for page in process.pages
        if not chosen or page in chosen
    ]
    taken: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    try:
        for turn in range(-WARM, rounds):
            random.Random(turn).shuffle(keys)
            for program, page in keys:
                calls = taken[program, page]
                if len(calls) >= FEWEST and sum(one["wall"] for one in calls) > PATIENCE:
                    continue
                call = processes[program].ask(page)
                if turn >= 0:
                    calls.append(call)
        counts = {key: processes[key[0]].ask(f"count {key[1]}")["statements"] for key in keys}
    finally:
        for process in processes.values():
            process.close()
    return {key: _figures(calls, counts[key]) for key, calls in taken.items()}


def _figures(calls: list[dict[str, Any]], statements: int) -> Figures:
    wall, cpu, size = (statistics.median(one[name] for one in calls) for name in ("wall", "cpu", "kilobytes"))
    return Figures(wall, cpu, size, statements)
