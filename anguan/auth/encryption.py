"""One master key, a separate key for each purpose: what is sealed for one cannot be opened by another."""

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0 1 I O: a code is read aloud and copied by hand."""


def derive(purpose: str) -> bytes:
    """The 32 bytes that serve this purpose and no other."""
    master = str(current_app.config["SECRET_KEY"]).encode()
    return HKDF(SHA256(), length=32, salt=None, info=f"anguan:{purpose}".encode()).derive(master)


def fingerprint(purpose: str, text: str) -> str:
    """A name for a text from which it cannot be guessed without the key; 64 hex digits."""
    return hmac.new(derive(purpose), text.encode(), hashlib.sha256).hexdigest()


def encrypt(purpose: str, text: str) -> str:
    """The text encrypted for keeping in a row."""
    return _fernet(purpose).encrypt(text.encode()).decode()


def decrypt(purpose: str, sealed: str) -> str | None:
    """The text of a sealed row; None when the key has changed since."""
    try:
        return _fernet(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def make_token() -> str:
    """256 bits that nobody can guess, fit for a cookie."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What is kept of a token: enough to find its row, not to make the cookie again."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_code(groups: int = 2) -> str:
    """A one-time code for people, in groups of five: 7KQ2M-XW9DP, 25 bits a group."""
    return "-".join("".join(secrets.choice(CODE_LETTERS) for _ in range(5)) for _ in range(groups))


def _fernet(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derive(purpose)))
