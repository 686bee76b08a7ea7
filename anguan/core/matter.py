"""Matters (事项): the kinds of requests, with their fields, materials, rules and review steps."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from anguan.core.check_result import Rule
from anguan.core.field import Field
from anguan.core.material import Material

Filer = Literal["applicant", "enterprise", "office"]
Subject = Literal["person", "certificate", "enterprise"]
Consequence = Callable[[Any], str]


@dataclass(frozen=True)
class Step:
    """One review step and the role that decides it.

    A regional step is decided by reviewers of the request's region (州市初审) or of the province, any other
    step by reviewers of the province only (省级复审).
    """

    code: str
    title: str
    role: str = "reviewer"
    regional: bool = True


@dataclass(frozen=True)
class Matter:
    """One kind of request (事项), immutable; `in_force` merges the rows of the panel into it.

    `action` is the button label of the manual (延续), `prefix` begins the request number (YX2026-000318),
    `promised_days` counts working days, `commitments` are the lines of the 承诺书. A matter that
    `requires_confirmation` is confirmed by typing before submission; one that `amends` updates a certificate
    and is offered where the certificate and its holder differ; a `no_batch` matter is never decided in a
    batch. One that `reprints` creates a new edition of its certificate even when no printed field has
    changed; `edition_note` is printed on it.
    """

    code: str
    title: str
    prefix: str
    action: str
    filed_by: Filer
    subject: Subject
    fields: tuple[Field, ...]
    materials: tuple[Material, ...] = ()
    rules: tuple[Rule, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    steps: tuple[Step, ...] = (Step("review", "审核"),)
    commitments: tuple[str, ...] = ()
    guide: str = ""
    who: str = ""
    promised_days: int = 8
    approved_text: str = ""
    amends: bool = False
    requires_confirmation: bool = False
    no_batch: bool = False
    reprints: bool = False
    edition_note: str = ""
    enabled: bool = True
    version: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError when a matter that is not about a certificate reprints one or has a note."""
        if self.reprints and self.subject != "certificate":
            raise ValueError(f"{self.code}: only a certificate can be printed again")
        if self.edition_note and not self.reprints:
            raise ValueError(f"{self.code}: a note needs an edition")

    @property
    def asked(self) -> tuple[Field, ...]:
        """The fields that the filer fills in, extra questions last."""
        return tuple(field for field in self.fields if field.mode in ("asked", "answered"))

    @property
    def every_material(self) -> tuple[tuple[Material, str], ...]:
        """Each material that may be uploaded, with the title of its alternative set or ''.

        An alternative set follows the material that it replaces.
        """
        found: list[tuple[Material, str]] = []
        for material in self.materials:
            found.append((material, ""))
            found += ((one, chosen.title) for chosen in material.alternatives for one in chosen.materials)
        return tuple(found)

    @property
    def material_titles(self) -> dict[str, str]:
        """The title of each material that may be uploaded, by code."""
        return {material.code: material.title for material, _ in self.every_material}

    def proofs_of(self, path: str) -> tuple[str, ...]:
        """Codes of the materials that prove the field at `path`, those that prove the fewest fields first.

        Of equals the one declared later comes first: materials that only a change needs are declared last.
        """
        proving = [material for material, _ in reversed(self.every_material) if path in material.proves]
        return tuple(material.code for material in sorted(proving, key=lambda one: len(one.proves)))

    @property
    def limit_mb(self) -> str:
        """Size limit of a file in MB: 10, or 5～10 where the materials differ."""
        limits = sorted({material.limit_mb for material, _ in self.every_material}) or [10]
        return "～".join(str(limit) for limit in dict.fromkeys((limits[0], limits[-1])))

    @property
    def submit_label(self) -> str:
        """The label of the button that starts a request (延续申请)."""
        return f"{self.action}申请"

    def field(self, path: str) -> Field:
        """The field with this path; LookupError when the matter has none."""
        for field in self.fields:
            if field.path == path:
                return field
        raise LookupError(path)
