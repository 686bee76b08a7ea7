"""Materials: the kinds of documents that a matter asks for."""

from dataclasses import dataclass

from anguan.core.field import Predicate, always


@dataclass(frozen=True)
class AlternativeSet:
    """A set of materials accepted in place of another one, chosen by the filer (可替代材料)."""

    code: str
    title: str
    materials: tuple["Material", ...]


@dataclass(frozen=True)
class Material:
    """One upload slot. `sample` names the form offered for download: application or commitment.

    `sample_file` is the SHA-256 of an example file, `limit_mb` the size limit of a file in MB, `at_most`
    the number of files. `proves` lists the register paths that the reviewer checks against this material.
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
