"""What a form showed when it was opened, as keyed digests in a hidden input: it reveals no value."""

import hashlib
import hmac
import json
from collections.abc import Collection, Mapping

from flask import current_app, request

from anguan.services.edit_conflicts import Saw, saw_all

NAME = "seen_values"
THEIRS = "theirs"
"""Ticked for each field whose present value is kept instead of the typed one."""
LENGTH = 16
"""Hexadecimal digits of a digest; two values of one field collide once in 2^64."""

Seen = Mapping[str, Collection[str]]


def sign_values(values: Mapping[str, str | Collection[str]]) -> str:
    """The hidden input for these values by field; a field may have been shown in several notations."""
    return _write(
        {name: [shown] if isinstance(shown, str) else list(shown) for name, shown in values.items()}
    )


def read_saw() -> Saw:
    """What the posted form showed; a request without the input claims nothing, and overwrites."""
    digests = _read()
    if digests is None:
        return saw_all

    def saw(name: str, value: str) -> bool:
        return _digest(name, value) in digests.get(name, [_digest(name, "")])

    return saw


def read_theirs() -> set[str]:
    """The fields whose present value the person chose."""
    return set(request.form.getlist(THEIRS))


def posted_values() -> str:
    """The hidden input as it was posted, for a form that is shown again without a save."""
    return request.form.get(NAME, "")


def renewed_values(saved: Mapping[str, str]) -> str:
    """The posted hidden input after these values were saved."""
    digests = {name: [_digest(name, value)] for name, value in saved.items()}
    return json.dumps((_read() or {}) | digests)


def _write(values: Mapping[str, Collection[str]]) -> str:
    return json.dumps(
        {name: [_digest(name, value) for value in dict.fromkeys(shown)] for name, shown in values.items()}
    )


def _read() -> dict[str, list[str]] | None:
    try:
        read = json.loads(request.form.get(NAME, ""))
    except ValueError:
        return None
    if not isinstance(read, dict):
        return None
    return {name: digests for name, digests in read.items() if isinstance(digests, list)}


def _digest(name: str, value: str) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    plain = value.replace("\r\n", "\n").strip()
    return hmac.new(key, f"{name}\n{plain}".encode(), hashlib.sha256).hexdigest()[:LENGTH]
