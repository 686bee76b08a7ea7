"""`python -m benchmarks growth`: every list, filter, order, search and dashboard at two sizes, in turn."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from flask import Flask

from anguan.extensions import db
from anguan.panel.admin import make_views
from anguan.panel.lists.filters import Hidden
from anguan.panel.lists.listing import GuardedView
from benchmarks.comparison.page import Page, Site, call
from benchmarks.comparison.product import create_product, log_in, new_staff, product_pages
from benchmarks.seeding.expressions import name_at
from benchmarks.seeding.fill import product_database
from benchmarks.seeding.sizes import Sizes, request_number
from tests.support.statements import counted

MOST = 1.5
"""A page may take this many times its time at the smallest size."""
NOISE = 30.0
"""Milliseconds that are no growth: a page that reads more rows because there are more to show."""
VALUES = 6
"""Values of a filter that are tried."""
ROLES = ("reviewer", "auditor", "administrator")
PATIENCE = 20_000
FEWEST = 2


def measure_growth(work: Path, kinds: Sequence[str], sizes: Sequence[int], rounds: int) -> int:
    """Print the pages that grow; returns how many do."""
    return sum(_measure(work, kind, min(sizes), max(sizes), rounds) for kind in kinds)


def _measure(work: Path, kind: str, small: int, large: int, rounds: int) -> int:
    sites = {size: _open(work, kind, size) for size in (small, large)}
    taken: dict[tuple[str, int], list[float]] = defaultdict(list)
    pages = [name for name in sites[small].pages if name in sites[large].pages]
    for turn in range(rounds):
        random.Random(turn).shuffle(pages)
        for name in pages:
            for size, site in sites.items():
                spent = taken[name, size]
                if len(spent) >= FEWEST and sum(spent) > PATIENCE:
                    continue
                took = call(site, name)
                spent.append(took.cpu if kind == "sqlite" else took.wall)  # a file is read by this process
    grown = 0
    print(f"\n{kind}: {len(pages)} pages at N = {small:,} and {large:,}; more than {MOST} times:")
    for name in sorted(pages):
        few, many = (min(taken[name, size]) for size in (small, large))
        if many > MOST * few and many > few + NOISE:
            grown += 1
            print(f"{few:8.1f} ms {many:9.1f} ms {many / few:7.1f}  {name}", flush=True)
    few, many = (sum(min(taken[name, size]) for name in pages) for size in (small, large))
    print(f"{few:8.0f} ms {many:9.0f} ms {many / few:7.2f}  all pages", flush=True)
    return grown


def _open(work: Path, kind: str, size: int) -> Site:
    app = create_product(product_database(work, kind, size))
    sizes = Sizes(size)
    staff = {role: log_in(app, new_staff(app, role)) for role in ROLES}
    texts = _texts(sizes)
    pages = {
        f"{role} {path}": Page(
            path.format(**{what: quote(text) for what, text in texts.items()}), staff[role]
        )
        for role, path in _addresses(app, texts)
    }
    with app.app_context():
        engine = db.engine
    return Site(app, product_pages(app, sizes) | pages, lambda: counted(engine))


def _texts(sizes: Sizes) -> dict[str, str]:
    """What is typed into search boxes."""
    name, number = name_at(sizes.middle), request_number(sizes.middle)
    return {
        "surname": name[:1],
        "beginning": name[:2],
        "name": name,
        "end_of_name": name[1:],
        "number": number,
        "last_digits": number[-5:],
        "every_firm": "云南示例",
        "nobody": "不存在",
    }


def _addresses(app: Flask, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Role and path of what staff read, with places for the typed texts."""
    for role in ROLES:
        yield role, "/panel/"
    yield "reviewer", "/panel/statistics/"
    for what in texts:
        yield "reviewer", f"/panel/search/?q={{{what}}}"
    for view in make_views():
        if isinstance(view, GuardedView) and view.column_list:
            role = next(role for role in ROLES if role in view.allowed_roles or "staff" in view.allowed_roles)
            for query in _queries(app, view, texts):
                yield role, f"/panel/{view.url}/{query}"


def _queries(app: Flask, view: GuardedView, texts: Iterable[str]) -> Iterator[str]:
    yield from ("", "?page=1")
    with app.test_request_context():
        for flt in view._filters or ():
            values = ["7"] if isinstance(flt, Hidden) else [value for value, _ in flt.choices(db.session)]
            yield from (f"?flt_{flt.code}={value}" for value in values[:VALUES])
    yield from (f"?sort={falling}{column}" for column in view.sorts for falling in ("", "-"))
    if view.searches:
        yield from (f"?search={{{what}}}" for what in texts)
