"""Slow hashes (argon2id) of secrets that take the same time whether or not an account exists."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app


def hash_secret(secret: str) -> str:
    """The argon2id hash of a secret."""
    return _hasher().hash(secret)


def verify_secret(kept: str | None, secret: str) -> bool:
    """True when the secret matches the hash; without one the same work is done and it is False."""
    spare = _dummy(_is_cheap())  # made by whoever comes first, so that making it tells nothing
    try:
        _hasher().verify(kept or spare, secret)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """True when a hash was made with other parameters than the current ones."""
    return _hasher().check_needs_rehash(kept)


def _is_cheap() -> bool:
    return bool(current_app.config.get("CHEAP_HASH"))


def _hasher() -> PasswordHasher:
    return _make_hasher(_is_cheap())


@cache
def _make_hasher(cheap: bool) -> PasswordHasher:
    if cheap:
        return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    return PasswordHasher(time_cost=3, memory_cost=32768, parallelism=1)


@cache
def _dummy(cheap: bool) -> str:
    return _make_hasher(cheap).hash("nobody has this secret")
