"""Fields of a matter, by who supplies the value: shown, asked, computed, issued, answered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from anguan.core.field_types import FieldType

Mode = Literal["shown", "asked", "computed", "issued", "answered"]
Predicate = Callable[[Any], bool]


def always(_dossier: Any) -> bool:
    """Predicate that holds for every dossier."""
    return True


@dataclass(frozen=True)
class Answered:
    """Predicate that holds when the question `code` has the answer `value`; `title` describes it."""

    code: str
    value: str
    title: str

    def __call__(self, dossier: Any) -> bool:
        """True when the dossier has this answer."""
        return bool(dossier.after.get(f"question.{self.code}") == self.value)


@dataclass(frozen=True)
class Field:
    """One field of a matter, named by its path in the register (`person.name`).

    `kind` None means the field type of the register field. `mirrors` are other paths that hold the same
    value; with `propagate` the person's other valid certificates are changed too. `hint` is the numbered
    instruction of the manual (操作手册).
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
        """The field type; LookupError for a field of a matter that did not pass through in_force()."""
        if self.kind is None:
            raise LookupError(f"{self.path} has no kind: take the matter from in_force()")
        return self.kind

    @property
    def writes(self) -> bool:
        """True when approval may write this field into the register."""
        return self.mode in ("asked", "computed")


def shown(path: str, label: str, kind: FieldType | None = None, when: Predicate = always) -> Field:
    """A read-only field, copied at submission."""
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
    """A field whose new value the filer enters."""
    return Field("asked", path, label, kind, mirrors, propagate, required, hint, when)


def computed(
    path: str,
    label: str,
    kind: FieldType | None,
    compute: Callable[[Any], str],
    when: Predicate = always,
) -> Field:
    """A field whose new value a function computes; copied at submission."""
    return Field("computed", path, label, kind, when=when, compute=compute)


def issued(path: str, label: str, kind: FieldType | None = None, when: Predicate = always) -> Field:
    """A field whose value is known only when the decision takes effect: a number, its dates."""
    return Field("issued", path, label, kind, when=when)


def answered(code: str, label: str, kind: FieldType, required: bool = True, hint: str = "") -> Field:
    """An extra question (附加问题); the answer is stored with the request and changes no register."""
    return Field("answered", f"question.{code}", label, kind, required=required, hint=hint)
