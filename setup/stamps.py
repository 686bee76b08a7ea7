"""Remembers what has been set up, so that a second start has nothing to do and takes no time."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from setup.say import ROOT

NOTEBOOK = ROOT / ".venv" / "setup-done.json"


def digest(files: Iterable[Path], *words: str) -> str:
    """One word for the state of some files: it changes when any of them does."""
    whole = hashlib.sha256("\0".join(words).encode())
    for file in files:
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def is_done(step: str, state: str) -> bool:
    """Whether this step was finished before in exactly this state."""
    return _read().get(step) == state


def mark_done(step: str, state: str) -> None:
    """Write down that a step is finished; called last, so that an interrupted step is begun again."""
    notes = _read() | {step: state}
    fresh = NOTEBOOK.with_suffix(".new")
    fresh.write_text(json.dumps(notes, indent=1, sort_keys=True), encoding="utf-8")
    fresh.replace(NOTEBOOK)


def _read() -> dict[str, str]:
    try:
        notes = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return {str(step): str(state) for step, state in notes.items()}
