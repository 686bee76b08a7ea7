"""How many rows of what a database with N requests holds."""

from dataclasses import dataclass

FREE = 600
"""People without an open request."""
MOST_WAITING = 100_000


@dataclass(frozen=True)
class Sizes:
    """Rows of a database that is named by `requests`: at a million, a tenth of them wait for review."""

    requests: int

    @property
    def waiting(self) -> int:
        """Submitted requests."""
        return min(self.requests, MOST_WAITING)

    @property
    def decided(self) -> int:
        """Approved and rejected requests, besides the waiting ones."""
        return max(self.requests - self.waiting, self.requests // 10, 100)

    @property
    def people(self) -> int:
        """Persons, each with an account; the first ones have a request that waits."""
        return max(self.requests * 3 // 10, self.waiting + FREE)

    @property
    def certificates(self) -> int:
        """Certificates: one for each person and a second for every third."""
        return self.people + self.people // 3

    @property
    def firms(self) -> int:
        """Enterprises, in eight regions."""
        return max(self.requests // 100, 10)

    @property
    def middle(self) -> int:
        """Number of the waiting request that is opened and searched for, which is also its person's id."""
        return self.waiting // 2 + 1

    @property
    def idle(self) -> int:
        """A person without an open request."""
        return self.waiting + 3

    @property
    def filer(self) -> int:
        """The person whose request the product itself takes in, as the model of all others."""
        return self.people


def request_number(place: int) -> str:
    """Number of the request at this place; waiting requests come first."""
    return f"SQ{place:08d}"
