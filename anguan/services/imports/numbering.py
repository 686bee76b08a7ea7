"""Keeps the counters of certificate numbers above the imported numbers."""

import re
import string

from sqlalchemy import text
from sqlalchemy.orm import Session

from anguan.core.field_types.text_cleaning import strip_blanks
from anguan.domain.policies import Policies

_AHEAD = text(
    "INSERT INTO counter (kind, year, last) VALUES (:kind, :year, :last) ON CONFLICT (kind, year) "
    "DO UPDATE SET last = CASE WHEN counter.last < excluded.last THEN excluded.last ELSE counter.last END"
)


class Serials:
    """Highest serial per kind and year among numbers of the authority's own pattern."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies
        self._patterns: dict[str, re.Pattern[str]] = {}
        self._highest: dict[tuple[str, int], int] = {}

    def note(self, kind: str, number: str) -> None:
        """Take an imported number into account."""
        if kind not in self._patterns:
            self._patterns[kind] = self._compile(kind)
        if found := self._patterns[kind].fullmatch(strip_blanks(number)):
            key = (f"certificate:{kind}", int(found["year"]))
            self._highest[key] = max(int(found["seq"]), self._highest.get(key, 0))

    def advance(self, session: Session) -> None:
        """Raise the counters to the highest serials."""
        for (kind, year), last in sorted(self._highest.items()):
            session.execute(_AHEAD, {"kind": kind, "year": year, "last": last})

    def _compile(self, kind: str) -> re.Pattern[str]:
        """Regular expression for numbers of this kind."""
        fixed = {"prov": self._policies.certificate_prefix, "kind": kind}
        counted = {"year": "[0-9]{4}", "seq": "[0-9]{1,9}"}
        said, seen = "", set()
        for words, name, _, _ in string.Formatter().parse(self._policies.certificate_number):
            said += re.escape(strip_blanks(words + fixed.get(name or "", "")))
            if name in counted:
                said += f"(?P={name})" if name in seen else f"(?P<{name}>{counted[name]})"
                seen.add(name)
        return re.compile(said)
