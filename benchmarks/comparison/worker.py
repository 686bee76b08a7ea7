"""One application in one process: reads the name of a page per line, answers what the call took as JSON."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from benchmarks.comparison.page import Site, call
from benchmarks.seeding.databases import Place


def _product(place: Place) -> Site:
    from benchmarks.comparison.product import open_product  # noqa: PLC0415

    return open_product(place)


def _limit(place: Place) -> Site:
    from benchmarks.peers.bare_flask import open_limit  # noqa: PLC0415

    return open_limit(place)


def _flask_admin(place: Place) -> Site:
    from benchmarks.peers.flask_admin_list import open_flask_admin  # noqa: PLC0415

    return open_flask_admin(place)


def _django(place: Place) -> Site:
    from benchmarks.peers.django_list import open_django  # noqa: PLC0415

    return open_django(place)


def _unfold(place: Place) -> Site:
    from benchmarks.peers.django_list import open_django  # noqa: PLC0415

    return open_django(place, dressed=True)


# each is imported only in its own process, because Django and Flask-Admin configure theirs as a whole
PROGRAMS: Mapping[str, Callable[[Place], Site]] = {
    "limit": _limit,
    "Django admin": _django,
    "django-unfold": _unfold,
    "Flask-Admin": _flask_admin,
    "product": _product,
}


def main(program: str, kind: str, requests: str, folder: str, url: str) -> None:
    """Serve calls until the input ends."""
    answers, sys.stdout = sys.stdout, sys.stderr
    site = PROGRAMS[program](Place(kind, int(requests), Path(folder), url))

    def answer(values: object) -> None:
        print(json.dumps(values), file=answers, flush=True)

    answer([*site.pages])
    for line in sys.stdin:
        name = line.strip()
        try:
            if name.startswith("count "):
                with site.counting() as said:
                    call(site, name.removeprefix("count "))
                answer({"statements": len(said)})
            else:
                answer(asdict(call(site, name)))
        except RuntimeError as error:
            answer({"error": str(error)})


if __name__ == "__main__":
    main(*sys.argv[1:])
