"""Fields of a matter: who writes the *after* of a fact."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from anguan.core.field_types import FieldType

Mode = Literal["shown", "asked", "computed", "issued", "answered"]
Predicate = Callable[[Any], bool]


def always(_dossier: Any) -> bool:
    """The predicate that holds for everybody."""
    return True


@dataclass(frozen=True)
class Answered:
    """The predicate that holds when a question of the matter is answered so; `title` says it in words."""

    code: str
    value: str
    title: str

    def __call__(self, dossier: Any) -> bool:
        """True when the dossier has this answer."""
        return bool(dossier.after.get(f"question.{self.code}") == self.value)


@dataclass(frozen=True)
class Field:
    """One fact of a matter, named by its path in the register (`person.name`).

    `kind` None means the register's own kind of that fact. `mirrors` names other places where the same
    fact stands; with `propagate` the person's other live certificates follow. `hint` is the numbered
    instruction of the manual.
    """

    mode: Mode
    path: str
    label: str
    kind: FieldType | None = None
    mirrors: tuple[str, ...] = ()
    propagate: bool = False
    required: bool = True
    hint: str = ""
    when: Predicate = always
    compute: Callable[[Any], str] | None = None

    @property
    def resolved(self) -> FieldType:
        """The kind; every field of a matter in force has one."""
        if self.kind is None:
            raise LookupError(f"{self.path} has no kind: take the matter from in_force()")
        return self.kind

    @property
    def writes(self) -> bool:
        """True when approval may write this fact into the register."""
        return self.mode in ("asked", "computed")


def shown(path: str, label: str, kind: FieldType | None = None, when: Predicate = always) -> Field:
    """Context for the reader, frozen at submission."""
    return Field("shown", path, label, kind, when=when)


def asked(
    path: str,
    label: str,
    kind: FieldType | None = None,
    mirrors: tuple[str, ...] = (),
    propagate: bool = False,
    required: bool = True,
    hint: str = "",
    when: Predicate = always,
) -> Field:
    """The filer writes the *after*."""
    return Field("asked", path, label, kind, mirrors, propagate, required, hint, when)


def computed(
    path: str,
    label: str,
    kind: FieldType | None,
    compute: Callable[[Any], str],
    when: Predicate = always,
) -> Field:
    """The office's rule writes the *after*, frozen at submission."""
    return Field("computed", path, label, kind, when=when, compute=compute)


def issued(path: str, label: str, kind: FieldType | None = None, when: Predicate = always) -> Field:
    """Known only when the decision takes effect: a number, its dates."""
    return Field("issued", path, label, kind, when=when)


def answered(code: str, label: str, kind: FieldType, required: bool = True, hint: str = "") -> Field:
    """An extra question of the office; its answer is kept with the request and changes no register."""
    return Field("answered", f"question.{code}", label, kind, required=required, hint=hint)
