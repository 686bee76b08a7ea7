"""How often a secret may be guessed: limits of the place, and for unknown places of the account as a whole.

Attempts from elsewhere never count against a known place, so that nobody can lock out the owner. Reasons and
figures: docs/decisions/2026-11-28-known-places-are-never-locked-out.md.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from anguan.auth.sessions import ClientAddress
from anguan.auth.throttle import (
    DAY,
    QUARTER,
    Attempt,
    Buckets,
    GrowingDelay,
    RateLimit,
    return_attempt,
    take_attempt,
)
from anguan.core import clock
from anguan.models import Account, RememberedDevice

STRANGER_WAITS = (timedelta(0), *(timedelta(seconds=60 * 2**n) for n in range(4)))
"""Any five of them in a row last 15 minutes: at most five guesses from unknown places in that time."""
NAME_WAITS = (timedelta(0), *(timedelta(seconds=min(60 * 2**n, 7200)) for n in range(8)))
"""At most 20 guesses a day."""


@dataclass(frozen=True)
class GuessLimits:
    """`place` limits one subject from one known place, `strangers` from all unknown places together."""

    place: RateLimit
    strangers: GrowingDelay


PASSWORD = GuessLimits(RateLimit("pair", 5), GrowingDelay("strangers", STRANGER_WAITS))
FACTOR = GuessLimits(RateLimit("factor", 5), GrowingDelay("factor_strangers", STRANGER_WAITS))
NAME = GuessLimits(RateLimit("name", 5), GrowingDelay("name_strangers", NAME_WAITS, DAY))
"""The registered name on the activation page, which is the only secret when the code is the last six."""

ADDRESS = RateLimit("address", 50, QUARTER)
"""One address (IPv4 /32, IPv6 /64), any login."""
NETWORK = RateLimit("network", 100, QUARTER)
"""One network (IPv4 /24, IPv6 /48), any login."""
SPRAY = RateLimit("spray", 3000, timedelta(hours=1))
"""Wrong attempts of all unknown places together; when it is exhausted each of them has to take turns."""
TURN = GrowingDelay("turn", (timedelta(seconds=20),), announced=True)
"""While somebody sprays, an unknown place announces its attempt and waits."""


@dataclass(frozen=True)
class KnownPlace:
    """What is known of the place of an attempt: the hash of its device token, or its network."""

    device: str = ""
    network: bool = False


def find_place(session: Session, login: str, place: ClientAddress) -> KnownPlace:
    """Whether this login came from here with its present password; one statement for any login.

    A network is known where a device was first remembered: a phone that wanders does not open others.
    """
    kept = (
        select(RememberedDevice.token_hash)
        .join(Account, Account.id == RememberedDevice.account_id)
        .where(Account.login == login, RememberedDevice.until > clock.now())
    )
    device = kept.where(RememberedDevice.token_hash.in_(place.devices)).limit(1)
    neighbour = kept.where(RememberedDevice.network == place.network)
    found, familiar = session.execute(select(device.scalar_subquery(), exists(neighbour))).one()
    return KnownPlace(found or "", bool(familiar))


def guess_buckets(limits: GuessLimits, subject: str, place: ClientAddress, known: KnownPlace) -> Buckets:
    """The buckets of one guess at a secret of this subject (a hashed login, an account)."""
    if known.device:
        return ((limits.place, f"{subject}:{known.device[:16]}"),)
    if known.network:
        return ((limits.place, f"{subject}:{place.network}"),)
    return ((limits.strangers, subject),)


def login_buckets(subject: str, place: ClientAddress, known: KnownPlace) -> Buckets:
    """The buckets of a login attempt: those of the guess, and those of its network for all logins."""
    guess = guess_buckets(PASSWORD, subject, place, known)
    if known.device:
        return guess
    everyone: Buckets = ((ADDRESS, place.address), (NETWORK, place.network))
    return (*guess, *everyone) if known.network else (*everyone, *guess, (SPRAY, "all"))


def take_login_attempt(session: Session, buckets: Buckets, subject: str, place: ClientAddress) -> Attempt:
    """Count a login attempt; spraying from everywhere only makes unknown places wait for their turn."""
    taken = take_attempt(session, buckets)
    if taken.refused != SPRAY.name:
        return taken
    turn = take_attempt(session, ((TURN, f"{subject}:{place.network}"),))
    if turn.allowed:
        return Attempt(taken.counted)
    return_attempt(session, taken)  # an announcement is no guess
    return turn
