"""The mould of every field kind: one place that understands, shows, masks and stores a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

EMPTY: Mapping[str, str] = MappingProxyType({})


class InvalidValue(ValueError):
    """What was typed cannot be understood; its one argument is the Chinese sentence that says what to do."""

    @property
    def sentence(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class FieldType:
    """What a field holds. A value travels as *canonical* text; '' means that there is none."""

    control: ClassVar[str] = "text"
    sensitive: ClassVar[bool] = False
    """The staff read it through `conceal` until they ask for the whole and say why."""
    secret: ClassVar[bool] = False
    """A sensitive value that even its own holder reads through `conceal` first."""
    is_picture: ClassVar[bool] = False
    """The value is the hash of a picture: it is looked at, never printed as text."""

    def parse(self, typed: str, beside: Mapping[str, str] = EMPTY) -> str:
        """Canonical text of what was typed; '' stays ''.

        `beside` holds the canonical values of the form's other fields by path. Raises Invalid.
        """
        return typed.strip()

    def show(self, canonical: str) -> str:
        """The value as people read it."""
        return canonical

    def mask(self, canonical: str) -> str:
        """The value as strangers may read it."""
        return self.show(canonical)

    def warning(self, canonical: str) -> str | None:
        """A doubt that a person should look into, though the value is accepted."""
        return None

    def to_column(self, canonical: str) -> object:
        """The value for a typed column; None for ''."""
        return canonical or None

    def from_column(self, value: object) -> str:
        """Canonical text of a column's value; '' for None."""
        return "" if value is None else str(value)

    def sample(self, n: int = 0) -> str:
        """The n-th of a fixed series of valid typed values, for the demo and for tests."""
        raise NotImplementedError(f"{type(self).__name__} has no samples")

    @property
    def attributes(self) -> Mapping[str, str]:
        """HTML attributes that help the keyboard of the person who types."""
        return EMPTY

    @property
    def width(self) -> int:
        """How many characters are expected: the size of the box tells what to type."""
        return 20
