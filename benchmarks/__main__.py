"""`make bench`: figures as ratios within one run; `python -m benchmarks --help` says what can be named."""

import argparse
import importlib
import sys
from pathlib import Path
from typing import Any

from benchmarks.comparison.growth import measure_growth
from benchmarks.comparison.pages import compare
from benchmarks.seeding.databases import KINDS
from benchmarks.seeding.fill import product_database

ROOT = Path(__file__).resolve().parents[1]
TARGETS = ("certificate", "imports", "review_page")
"""Modules with `run()`: one dict or a list of them, with `name`, `ratio`, `target` and any other figures."""
SIZES = (1_000, 100_000)
ROUNDS = 15


def main(words: list[str]) -> int:
    """Run what is named, or everything; returns the number of missed targets."""
    given = _parser().parse_args(words)
    if given.what in ("pages", "all"):
        compare(given.work, given.sizes, given.databases, given.rounds, given.programs, given.pages)
    if given.what == "growth":
        return measure_growth(given.work, given.databases, given.sizes, given.rounds)
    if given.what == "seed":
        for kind in given.databases:
            for requests in given.sizes:
                product_database(given.work, kind, requests)
    return sum(_run(name) for name in TARGETS if given.what in (name, "all"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parts = ("all", "pages", "growth", "seed", *TARGETS)
    parser.add_argument("what", nargs="?", default="all", choices=parts)
    parser.add_argument("--work", type=Path, default=ROOT / ".benchmarks", help="folder of the databases")
    parser.add_argument("--sizes", type=_numbers, default=SIZES, help="numbers of requests: 1000,100000")
    parser.add_argument("--databases", type=_words, default=KINDS, help=",".join(KINDS))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--programs", type=_words, default=(), help="peers, and product; default: all")
    parser.add_argument("--pages", type=_words, default=(), help="names of the table; default: all")
    return parser


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(word) for word in text.split(","))


def _run(name: str) -> int:
    found = importlib.import_module(f"benchmarks.{name}").run()
    rows: list[dict[str, Any]] = found if isinstance(found, list) else [found]
    return sum(_report(row) for row in rows)


def _report(row: dict[str, Any]) -> bool:
    """Print one ratio with its figures; True when it misses its target."""
    misses = row["ratio"] > row["target"]
    print(f"{row['name']}: {row['ratio']:.2f} × (≤ {row['target']} ×) {'MISSED' if misses else 'held'}")
    figures = {key: value for key, value in row.items() if key not in ("name", "ratio", "target", "holds")}
    print("    " + ", ".join(f"{key} {value}" for key, value in figures.items()), flush=True)
    return bool(misses)


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
