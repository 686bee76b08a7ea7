"""`make bench`: run every benchmark, print its figures and ratios, and fail when a target is missed."""

import importlib
import pkgutil
import sys
from typing import Any

import benchmarks


def main(only: list[str]) -> int:
    """Run the named benchmarks, or all; gives the number of missed targets."""
    names = sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name[0] != "_")
    missed = 0
    for name in names:
        if only and name not in only:
            continue
        result: dict[str, Any] = importlib.import_module(f"benchmarks.{name}").run()
        for row in result["rows"]:
            held = row["ratio"] <= row["target"]
            missed += not held
            mark = "held" if held else "MISSED"
            print(f"{row['what']:<58} {row['ratio']:6.2f} × (target ≤ {row['target']} ×)  {mark}", flush=True)
        for line in result.get("notes", ()):
            print(f"    {line}")
    return missed


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
