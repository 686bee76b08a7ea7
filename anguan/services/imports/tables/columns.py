"""Columns of an import file, and the rows read from it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import RowMapping

from anguan.core.field_types import EMPTY, Date, FieldType, Text, Uscc
from anguan.core.field_types.text_cleaning import clean_copied, normalise_code, same_text

DAY = Date()
RowAction = Literal["new", "same", "update"]
_BESIDE = re.compile(r"[（(【\[].*?[)）】\]]|[\s*＊:：]")
_CODE = re.compile(r"[0-9A-Z]{18}|[0-9]{15}")


@dataclass(frozen=True)
class EmployerColumn(FieldType):
    """Column for an enterprise: its unified social credit code or its full registered name."""

    def parse(self, typed: str, beside: Mapping[str, str] = EMPTY) -> str:
        """The code when it looks like one, else the name. Raises InvalidValue."""
        code = normalise_code(typed)
        return Uscc().parse(code) if _CODE.fullmatch(code) else Text().parse(typed)


@dataclass(frozen=True)
class Column:
    """One column. `long` marks numbers that Excel rounds when their cell is not text."""

    name: str
    title: str
    kind: FieldType
    required: bool = False
    hint: str = ""
    aliases: tuple[str, ...] = ()
    long: bool = False
    examples: tuple[str, str] = ("", "")

    @property
    def spellings(self) -> set[str]:
        """The headings by which the column is recognised."""
        return {plain_heading(title) for title in (self.title, *self.aliases)}


def plain_heading(text: str) -> str:
    """A heading without asterisks, blanks and text in brackets, in upper case."""
    return _BESIDE.sub("", unicodedata.normalize("NFKC", clean_copied(text))).upper()


@dataclass(slots=True)
class ImportRow:
    """One line of a file: its values, its errors, the action it needs, and whether the sheet hides it."""

    line: int
    values: dict[str, str]
    faults: list[tuple[str, str]] = field(default_factory=list)
    action: RowAction = "new"
    found: dict[str, Any] = field(default_factory=dict)
    hidden: bool = False

    def get(self, name: str, other: str = "") -> str:
        """Value of a column; `other` when it is empty."""
        return self.values.get(name, other)

    def day(self, name: str) -> Any:
        """Date of a column; None when it is empty."""
        text = self.values.get(name, "")
        return DAY.to_column(text) if text else None

    def blame(self, title: str, sentence: str) -> None:
        """Add an error at a column."""
        self.faults.append((title, sentence))


def differing(row: ImportRow, columns: Iterable[Column], standing: RowMapping) -> list[str]:
    """Titles of the columns that differ from the register; empty cells are ignored."""
    return [
        column.title
        for column in columns
        if column.name in standing
        and row.get(column.name)
        and not same_text(row.values[column.name], column.kind.from_column(standing[column.name]))
    ]


def decide_action(row: ImportRow, wrong: list[str]) -> None:
    """Set the action of a row that is registered already: same when equal, else an error."""
    if wrong:
        row.blame(wrong[0], f"登记中已有，内容不同：{'、'.join(wrong)}；请走变更，或改成与登记一致")
    else:
        row.action = "same"
