"""`make bench`: run every benchmark, print its figures and ratios, and fail when a target is missed."""

import importlib
import pkgutil
import sys
from typing import Any

import benchmarks


def main(only: list[str]) -> int:
    """Run the named benchmarks, or all; returns the number of missed targets."""
    names = sorted(
        module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name[0] != "_"
    )
    missed = 0
    for name in (name for name in names if not only or name in only):
        found = importlib.import_module(f"benchmarks.{name}").run()
        rows: list[dict[str, Any]] = found if isinstance(found, list) else [found]
        for row in rows:
            missed += report(row)
    return missed


def report(row: dict[str, Any]) -> bool:
    """Print one ratio with its figures; True when it misses its target."""
    misses = row["ratio"] > row["target"]
    print(f"{row['name']}: {row['ratio']:.2f} × (≤ {row['target']} ×) {'MISSED' if misses else 'held'}")
    figures = {key: value for key, value in row.items() if key not in ("name", "ratio", "target", "holds")}
    print("    " + ", ".join(f"{key} {value}" for key, value in figures.items()), flush=True)
    return bool(misses)


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
