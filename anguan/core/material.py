"""Papers that convince the reviewer."""

from dataclasses import dataclass

from anguan.core.field import Predicate, always


@dataclass(frozen=True)
class AlternativeSet:
    """A set of papers accepted in place of a material, chosen by the filer (retirees)."""

    code: str
    title: str
    materials: tuple["Material", ...]


@dataclass(frozen=True)
class Material:
    """One slot of the upload page. `sample` names a form that we print: application or commitment.

    `sample_file` is the hash of a file that the office shows as an example. `proves` names the facts, by
    their paths in the register, for which the reviewer looks at this material.
    """

    code: str
    title: str
    sample: str | None = None
    when: Predicate = always
    alternatives: tuple[AlternativeSet, ...] = ()
    hint: str = ""
    required: bool = True
    accept: tuple[str, ...] = ("image", "pdf")
    limit_mb: int = 10
    at_most: int = 10
    sample_file: str = ""
    proves: tuple[str, ...] = ()
