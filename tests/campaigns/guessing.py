"""One password is guessed from 10,000 addresses, in simulated time, while the owner logs in."""

import tempfile
from collections import deque
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.auth import passwords
from anguan.auth.accounts import start_reset
from anguan.auth.authentication import LoginResult, authenticate
from anguan.auth.devices import device_token
from anguan.auth.encryption import hash_token
from anguan.auth.hashing import hash_secret
from anguan.auth.identity import FULL
from anguan.auth.sessions import ClientAddress
from anguan.core import clock
from anguan.extensions import db
from anguan.infra.addresses import networks_of
from anguan.infra.transaction import transaction
from anguan.models import Account
from tests.campaigns.support.report import Report
from tests.support.client import OFFICE, SECRET, close_app, open_app
from tests.support.databases import copy_of, drop_database
from tests.support.office_data import build

STEP = timedelta(seconds=15)
"""The attacker tries twice in each, and again at the very moment when a wait ends."""
QUARTER, MOST = timedelta(minutes=15), 5
"""At most so many guesses at an account in a quarter of an hour, from places that it does not know."""
A_DAY = 480
ADDRESSES = 10_000


def at(address: str, *tokens: str) -> ClientAddress:
    """A browser at this address, with the tokens of remembered devices."""
    narrow, wide = networks_of(address)
    return ClientAddress(wide, "", narrow, tuple(hash_token(token) for token in tokens))


def attacker(number: int) -> ClientAddress:
    """One of the attacker's addresses: three in four in networks of their own, the rest in one IPv6 site."""
    number %= ADDRESSES
    if number % 4 == 3:
        return at(f"2001:db8:7:{number:x}::1")
    return at(f"100.{number // 250}.{number % 250}.{number % 200 + 1}")


class Guessing:
    """The owner's account, and who tried what."""

    def __init__(self, session: Session, report: Report) -> None:
        self.session = session
        self.report = report
        self.tried = 0
        self.guesses: deque[datetime] = deque()
        self.total = 0
        with transaction(session):
            account = self.account
            passwords.set_password(session, account, hash_secret(SECRET))
            self.login = account.login
        self.phone = device_token(self.enter(at("198.51.100.9")).token)

    @property
    def account(self) -> Account:
        """The owner's account."""
        holders = select(Account).where(Account.role == "applicant").order_by(Account.id)
        return self.session.scalars(holders.limit(1)).one()

    def enter(self, place: ClientAddress, secret: str = SECRET) -> LoginResult:
        """One login attempt."""
        return authenticate(self.session, self.login, secret, place, None, staff_second=False)

    def guess(self) -> None:
        """A wrong password from the next address; it counts when its answer tells that it was wrong."""
        self.tried += 1
        came = self.enter(attacker(self.tried), f"wrong {self.tried}")
        if came.is_in or came.taken is None or not came.taken.allowed:
            self.report.note("refused")
            return
        self.report.note("guessed")
        self.total += 1
        self.guesses.append(clock.now())
        while self.guesses[0] <= clock.now() - QUARTER:
            self.guesses.popleft()
        if len(self.guesses) > MOST:
            self.report.add_violation(f"{len(self.guesses)} guesses within a quarter of an hour")

    def come_home(self, number: int) -> None:
        """The owner logs in on the phone, in a network never seen before, and at home on another computer."""
        places = {
            "phone": at(f"203.0.{number % 250}.5", self.phone),
            "phone among the attackers": at(f"100.1.{number % 250}.7", self.phone),
            "home": at("198.51.100.77"),
        }
        for name, place in places.items():
            came = self.enter(place)
            if came.stage != FULL:
                wait = came.wait or "for ever"
                self.report.add_violation(f"{name}: the right password had to wait {wait}")

    def use_code(self) -> None:
        """The office resets the password; the code passes from a network never seen before."""
        with transaction(self.session):
            code = start_reset(self.session, OFFICE, self.account)
        for number in range(20):
            self.guess()
            if number == 10 and not self.enter(at("192.0.2.99"), code).is_in:
                self.report.add_violation("the code of the office was refused")


def guess_passwords(kind: str, minutes: int, seed: int = 0) -> Report:
    """Guess for so many simulated minutes; the owner comes every ten."""
    report = Report()
    url = copy_of(kind, build)
    with tempfile.TemporaryDirectory() as folder:
        app = open_app(url, Path(folder))
        with app.app_context():
            _play(db.session(), report, minutes, seed)
            db.close_session()
        close_app(app)
    drop_database(url)
    return report


def _play(session: Session, report: Report, minutes: int, seed: int) -> None:
    start = clock.now() + timedelta(days=seed)
    with clock.frozen_at(start):
        game = Guessing(session, report)
    for step in range(minutes * 4):
        with clock.frozen_at(start + step * STEP):
            game.guess()
            game.guess()
            if step % 40 == 20:
                game.come_home(step // 40)
    with clock.frozen_at(start + minutes * 4 * STEP):
        game.use_code()
    if game.total > A_DAY * max(1, -(-minutes // 1440)):
        report.add_violation(f"{game.total} guesses in {minutes} minutes")
