"""The table of a comparison: ratios to the limit, statements, kilobytes, growth."""

from collections.abc import Iterable, Mapping

from benchmarks.comparison.processes import Figures

Found = Mapping[tuple[str, str], Figures]
LIMIT, PRODUCT = "limit", "product"
YARDSTICK = "default"
"""Page of the limit beside which a page stands that the limit does not have."""
GOALS = {
    "default": (8, 6), "status": (8, None), "exact": (10, None), "prefix": (5, None), "page50": (8, None),
    "check": (6, None), "green": (8, 6), "review page": (12, 12), "工作台": (10, None), "我的证书": (8, 8),
    "holder home": (8, 10), "start page": (4, 2),
}  # fmt: skip
"""By page: at most so many times the limit, and at most so many statements."""


def show_tables(found: Mapping[tuple[str, int], Found]) -> Iterable[str]:
    """Lines: one table for each database and N, then the growth from the smallest N to the largest."""
    for (kind, requests), figures in found.items():
        yield f"\n{kind}, N = {requests:,}: × the limit by time / by CPU"
        yield from _table(figures)
    for kind in dict.fromkeys(kind for kind, _ in found):
        sizes = sorted(requests for each, requests in found if each == kind)
        if len(sizes) > 1:
            yield f"\n{kind}: growth of the product from N = {sizes[0]:,} to {sizes[-1]:,} (bar: 1.5)"
            yield from _growth(found[kind, sizes[0]], found[kind, sizes[-1]])


def _table(found: Found) -> Iterable[str]:
    programs = list(dict.fromkeys(program for program, _ in found))
    peers = [program for program in programs if program not in (LIMIT, PRODUCT)]
    pages = sorted({page for _, page in found}, key=[*GOALS].index)
    yield (
        f"{'page':14}{'limit ms':>10}"
        + "".join(f"{peer:>18}" for peer in peers)
        + f"{'product ms':>12}{'× limit':>16}{'goal':>6}{'SQL':>5}{'goal':>6}{'KB':>7}"
    )
    for page in pages:
        limit = found.get((LIMIT, page), found[LIMIT, YARDSTICK])
        cells = "".join(f"{_ratio(found.get((peer, page)), limit):>18}" for peer in peers)
        own = found.get((PRODUCT, page))
        most, statements = GOALS[page]
        if own is None:
            yield f"{page:14}{limit.wall:10.2f}{cells}"
            continue
        mine = f"{own.wall:12.1f}{_ratio(own, limit):>16}{most:6}{own.statements:5}{statements or '-':>6}"
        yield f"{page:14}{limit.wall:10.2f}{cells}{mine}{own.kilobytes:7.0f}"


def _ratio(figures: Figures | None, limit: Figures) -> str:
    if figures is None:
        return "-"
    return f"{figures.wall / limit.wall:.1f} / {figures.cpu / limit.cpu:.1f}"


def _growth(small: Found, large: Found) -> Iterable[str]:
    for program, page in small:
        if program == PRODUCT and (program, page) in large:
            few, many = small[program, page], large[program, page]
            grown = many.wall / few.wall
            mark = "  GROWS" if grown > 1.5 else ""
            yield f"{page:14}{few.wall:8.1f} ms {many.wall:8.1f} ms {grown:6.2f}{mark}"
