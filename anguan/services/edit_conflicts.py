"""Two people or tabs edit one row: nothing is overwritten unseen, the later one chooses field by field."""

from collections.abc import Callable, Collection, Mapping

Saw = Callable[[str, str], bool]
"""True when the form showed this value in this field."""


def saw_all(_name: str, _value: str) -> bool:
    """For callers without a form: they know what they overwrite."""
    return True


class EditConflict(Exception):
    """Fields that others changed meanwhile and this form changes too; `now` are their present values."""

    def __init__(self, now: Mapping[str, str]) -> None:
        super().__init__(", ".join(now))
        self.now = now


def fields_to_keep(
    now: Mapping[str, str], typed: Mapping[str, str], saw: Saw = saw_all, theirs: Collection[str] = ()
) -> set[str]:
    """The fields of `typed` that stay as they are now: named in `theirs`, or not touched in this form.

    Call it with the row locked, in the transaction that writes. Raises EditConflict for the fields that were
    changed here and elsewhere to different values.
    """
    moved = {
        name for name, mine in typed.items() if name in now and now[name] != mine and not saw(name, now[name])
    }
    kept = {name for name in moved if name in theirs or saw(name, typed[name])}
    if moved - kept:
        raise EditConflict({name: now[name] for name in typed if name in moved - kept})
    return kept | {name for name in typed if name in theirs and name in now}
