"""A matter: someone asks that these facts become those facts, and what it takes until it is so."""

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
    """One hearing: who decides. A regional one is heard by the request's region (州市初审) or the province,
    another one by the province alone: by those whom no region limits (省级复审).
    """

    code: str
    title: str
    role: str = "reviewer"
    regional: bool = True


@dataclass(frozen=True)
class Matter:
    """One piece of business (事项). A frozen value; rows of the panel are laid over it by `in_force`.

    `action` is the button's word in the manual (延续), `prefix` opens the request number (YX2026-000318),
    `promised_days` counts working days, `commitments` are the lines of the 承诺书. A `grave` matter
    asks to be confirmed by typing; one that `amends` brings a certificate up to date, and pages offer it
    where the certificate and its holder differ; a `singly` one is never decided in a batch. One that
    `reprints` makes a new edition of its certificate even when no printed fact has changed;
    `edition_note` is printed on it.
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
        """ValueError when a matter that reprints is about something else than a certificate."""
        if self.reprints and self.subject != "certificate":
            raise ValueError(f"{self.code}: only a certificate can be printed again")
        if self.edition_note and not self.reprints:
            raise ValueError(f"{self.code}: a note needs an edition to stand on")

    @property
    def asked(self) -> tuple[Field, ...]:
        """The fields that the filer fills in, extra questions last."""
        return tuple(field for field in self.fields if field.mode in ("asked", "answered"))

    @property
    def every_material(self) -> tuple[tuple[Material, str], ...]:
        """Each material that may be handed in, with the title of the set it belongs to, if it is of one.

        A set that may be chosen instead of a material follows that material.
        """
        found: list[tuple[Material, str]] = []
        for material in self.materials:
            found.append((material, ""))
            found += ((paper, chosen.title) for chosen in material.alternatives for paper in chosen.materials)
        return tuple(found)

    @property
    def material_titles(self) -> dict[str, str]:
        """The title of each material that may be handed in, by code."""
        return {material.code: material.title for material, _ in self.every_material}

    def proofs_of(self, path: str) -> tuple[str, ...]:
        """The codes of the materials that prove this fact: those that prove the fewest facts first.

        Of equals the one declared later comes first: what only a change asks for is declared last.
        """
        proving = [material for material, _ in reversed(self.every_material) if path in material.proves]
        return tuple(material.code for material in sorted(proving, key=lambda one: len(one.proves)))

    @property
    def limit_mb(self) -> str:
        """How large a file may be, in MB: 10, or 5～10 where the materials differ."""
        limits = sorted({material.limit_mb for material, _ in self.every_material}) or [10]
        return "～".join(str(limit) for limit in dict.fromkeys((limits[0], limits[-1])))

    @property
    def submit_label(self) -> str:
        """The words on the button that files it (延续申请)."""
        return f"{self.action}申请"

    def field(self, path: str) -> Field:
        """The field with this path."""
        for field in self.fields:
            if field.path == path:
                return field
        raise LookupError(path)
