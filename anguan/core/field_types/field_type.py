"""Base class of the field types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

EMPTY: Mapping[str, str] = MappingProxyType({})


class InvalidValue(ValueError):
    """The input cannot be parsed; the argument is the Chinese sentence that says what to do."""

    @property
    def sentence(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class FieldType:
    """Parser, formatter and mask of one kind of value, passed as *canonical* text; '' means no value."""

    control: ClassVar[str] = "text"
    sensitive: ClassVar[bool] = False
    """Masked for everybody, its holder too, who does not ask for the full value; staff state a purpose."""
    is_picture: ClassVar[bool] = False
    """The value is the hash of a picture, shown as an image and never as text."""

    def parse(self, typed: str, beside: Mapping[str, str] = EMPTY) -> str:
        """Canonical text of the input; '' stays ''. Raises InvalidValue.

        `beside` holds the canonical values of the form's other fields by path.
        """
        return typed.strip()

    def show(self, canonical: str) -> str:
        """The value formatted for display."""
        return canonical

    def mask(self, canonical: str) -> str:
        """The masked value, for readers without access to the full one."""
        return self.show(canonical)

    def warning(self, canonical: str) -> str | None:
        """A warning about an accepted value that somebody should check; None when there is none."""
        return None

    def to_column(self, canonical: str) -> object:
        """The value for a typed column; None for ''."""
        return canonical or None

    def from_column(self, value: object) -> str:
        """Canonical text of a column's value; '' for None."""
        return "" if value is None else str(value)

    def sample(self, n: int = 0) -> str:
        """The n-th of a fixed series of valid inputs, for demo and tests; NotImplementedError without one."""
        raise NotImplementedError(f"{type(self).__name__} has no samples")

    @property
    def attributes(self) -> Mapping[str, str]:
        """HTML attributes of the input element: keyboard, autocompletion, length."""
        return EMPTY

    @property
    def width(self) -> int:
        """Expected number of characters, used as the size of the input element."""
        return 20
