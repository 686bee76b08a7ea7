"""Keys derived from the master key per purpose, encryption of stored secrets, tokens and one-time codes."""

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O: a code is read aloud and copied by hand."""


def derive(purpose: str) -> bytes:
    """Derive the 32-byte key of this purpose."""
    master = str(current_app.config["SECRET_KEY"]).encode()
    return HKDF(SHA256(), length=32, salt=None, info=f"anguan:{purpose}".encode()).derive(master)


def fingerprint(purpose: str, text: str) -> str:
    """Keyed hash of a text (64 hex digits), from which the text cannot be guessed without the key."""
    return hmac.new(derive(purpose), text.encode(), hashlib.sha256).hexdigest()


def encrypt(purpose: str, text: str) -> str:
    """Encrypt a text for a database column."""
    return _fernet(purpose).encrypt(text.encode()).decode()


def decrypt(purpose: str, sealed: str) -> str | None:
    """Decrypt a stored text; None when the key has changed since."""
    try:
        return _fernet(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def make_token() -> str:
    """A random token of 256 bits, fit for a cookie."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """The hash of a token that is stored in place of the token."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_code(groups: int = 2) -> str:
    """A one-time code in groups of five characters (25 bits each): 7KQ2M-XW9DP."""
    return "-".join("".join(secrets.choice(CODE_LETTERS) for _ in range(5)) for _ in range(groups))


def _fernet(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derive(purpose)))
