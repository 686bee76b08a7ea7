"""Records finished set-up steps, so that a second start skips them."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from setup.say import ROOT

STATE_FILE = ROOT / ".venv" / "setup-done.json"


def digest(files: Iterable[Path], *words: str) -> str:
    """Digest of the contents of `files` and of `words`."""
    whole = hashlib.sha256("\0".join(words).encode())
    for file in files:
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def is_done(step: str, state: str) -> bool:
    """True when this step was finished in exactly this state."""
    return _read().get(step) == state


def mark_done(step: str, state: str) -> None:
    """Record that a step is finished; called last, so that an interrupted step is repeated."""
    notes = _read() | {step: state}
    fresh = STATE_FILE.with_suffix(".new")
    fresh.write_text(json.dumps(notes, indent=1, sort_keys=True), encoding="utf-8")
    fresh.replace(STATE_FILE)


def _read() -> dict[str, str]:
    try:
        notes = json.loads(STATE_FILE.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return {str(step): str(state) for step, state in notes.items()}
