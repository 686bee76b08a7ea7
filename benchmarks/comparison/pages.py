"""`python -m benchmarks pages`: the product's pages beside its peers', in one interleaved run."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from benchmarks.comparison.processes import measure
from benchmarks.comparison.report import Found, show_tables
from benchmarks.comparison.worker import PROGRAMS
from benchmarks.peers.tables import peer_database
from benchmarks.seeding.fill import product_database

PACKAGES = {"Django admin": "django", "django-unfold": "unfold"}


def compare(
    work: Path,
    sizes: Sequence[int],
    kinds: Sequence[str],
    rounds: int,
    programs: Sequence[str] = (),
    pages: Sequence[str] = (),
) -> None:
    """Measure and print; all programs and pages unless named."""
    found: dict[tuple[str, int], Found] = {}
    for kind in kinds:
        for requests in sizes:
            peers, product = peer_database(work, kind, requests), product_database(work, kind, requests)
            places = {name: product if name == "product" else peers for name in _chosen(programs)}
            found[kind, requests] = measure(places, rounds, pages)
    for line in show_tables(found):
        print(line, flush=True)


def _chosen(programs: Sequence[str]) -> list[str]:
    """The limit and the named programs, or all that are installed."""
    if programs:
        return [name for name in PROGRAMS if name in ("limit", *programs)]
    missing = [name for name, package in PACKAGES.items() if find_spec(package) is None]
    if missing:
        print(f"without {' and '.join(missing)}: `python3 -m setup dev bench` installs them", flush=True)
    return [name for name in PROGRAMS if name not in missing]
