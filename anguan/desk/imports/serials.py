"""Keeps the counters of certificate numbers ahead of the numbers that are brought in."""

import re
import string

from sqlalchemy import text
from sqlalchemy.orm import Session

from anguan.records.policy import Policies

_AHEAD = text(
    "INSERT INTO counter (kind, year, last) VALUES (:kind, :year, :last) ON CONFLICT (kind, year) "
    "DO UPDATE SET last = CASE WHEN counter.last < excluded.last THEN excluded.last ELSE counter.last END"
)


class Serials:
    """The highest serial of each kind and year among numbers of the authority's own pattern."""

    def __init__(self, policies: Policies) -> None:
        self._pattern = _compile(policies.certificate_number, policies.certificate_prefix)
        self._highest: dict[tuple[str, int], int] = {}

    def note(self, kind: str, number: str) -> None:
        """Look at a number that came in."""
        found = self._pattern.fullmatch(number)
        if found is None or found["kind"] != kind:
            return
        key = (f"certificate:{kind}", int(found["year"]))
        self._highest[key] = max(int(found["seq"]), self._highest.get(key, 0))

    def advance(self, session: Session) -> None:
        """The next number that is issued comes behind them all."""
        for (kind, year), last in sorted(self._highest.items()):
            session.execute(_AHEAD, {"kind": kind, "year": year, "last": last})


def _compile(pattern: str, prefix: str) -> re.Pattern[str]:
    parts = {
        "prov": re.escape(prefix),
        "year": r"[0-9]{4}",
        "seq": r"[0-9]{1,9}",
        "kind": r"[A-Za-z0-9]{1,8}",
    }
    said, seen = "", set()
    for words, name, _, _ in string.Formatter().parse(pattern):
        said += re.escape(words)
        if name in parts:
            said += f"(?P={name})" if name in seen else f"(?P<{name}>{parts[name]})"
            seen.add(name)
    return re.compile(said)
