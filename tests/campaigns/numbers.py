"""Many processes take request and certificate numbers; some roll back before the commit."""

from sqlalchemy import select

from anguan.core import clock
from anguan.domain.numbers import certificate_number, request_number
from anguan.domain.policies import load_policies
from anguan.infra.transaction import transaction
from anguan.models import Certificate, Counter
from tests.campaigns.support.office import Office, fresh_place
from tests.campaigns.support.race import DONE, Runner, SubprocessTask, race
from tests.campaigns.support.report import Report

PREFIX = "SH"
EVERY = 7
"""Every n-th taker rolls back: its numbers must go to somebody else."""


class RolledBack(Exception):
    """The transaction is rolled back."""


class Taker:
    """One process that takes numbers and notes them as rows, so that a rollback forgets them."""

    def __init__(self, index: int) -> None:
        self.index = index

    def __call__(self, office: Office, task: int) -> SubprocessTask:
        """The next two numbers."""
        return lambda: self.take(office, task)

    def take(self, office: Office, task: int) -> None:
        """Take both in one transaction; a certificate row keeps them."""
        session, year = office.session, clock.today().year
        try:
            with transaction(session):
                model = session.get_one(Certificate, 1)
                kept = Certificate(
                    **{
                        column.key: getattr(model, column.key)
                        for column in Certificate.__table__.columns
                        if column.key not in ("id", "number", "paper_number")
                    }
                )
                kept.paper_number = request_number(session, PREFIX, year)
                kept.number = certificate_number(session, load_policies(session), kept, year)
                session.add(kept)
                if (task + self.index) % EVERY == 0:
                    raise RolledBack
        except RolledBack:
            return


def take_numbers(kind: str, count: int, seed: int = 0, takers: int = 8) -> Report:
    """`takers` processes take `count` times: every number once, no gap."""
    report = Report()
    with fresh_place(kind) as place:
        office = Office(place)
        runners: list[Runner] = [Taker(index) for index in range(takers)]
        endings = race(place, runners, list(range(count)), seed)
        for ending in endings:
            for word in ending:
                report.note(word)
                if word != DONE:
                    report.add_violation(f"a number was not given: {word}")
        given = takers * count - sum((t + i) % EVERY == 0 for t in range(count) for i in range(takers))
        office.session.rollback()
        year = clock.today().year
        rows = [
            row
            for row in office.session.scalars(select(Certificate))
            if (row.paper_number or "").startswith(PREFIX)
        ]
        if len(rows) != given:
            report.add_violation(f"{len(rows)} pairs are kept of {given}")
        for name, numbers, key in (
            ("request", [row.paper_number[-6:] for row in rows], f"request:{PREFIX}"),
            ("certificate", [row.number[-7:] for row in rows], f"certificate:{rows[0].kind_code}"),
        ):
            last = office.session.get_one(Counter, (key, year)).last
            if sorted(int(number) for number in numbers) != list(range(1, given + 1)) or last != given:
                report.add_violation(
                    f"{name} numbers: {len(set(numbers))} different of {given}, counter at {last}"
                )
        office.close()
    return report
