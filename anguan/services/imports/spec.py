"""Base class of import kinds: columns, comparison with the register, writing."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.core.field_types import DOCUMENT_TYPES, EMPTY, Choice, DocumentNumber, InvalidValue, Name
from anguan.domain.policies import load_policies
from anguan.matters.in_force import dictionary
from anguan.models import CertificateKind
from anguan.services.imports.existing import KnownEnterprises
from anguan.services.imports.provenance import ProvenanceWriter
from anguan.services.imports.tables.columns import Column, ImportRow

KINDS_OF_CERTIFICATE = "certificate_kind"
EXAMPLE_NUMBERS = ("590101199003070010", "590101199103080056")

DOCUMENT_TYPE = Column(
    "document_type", "证件类型", Choice(DOCUMENT_TYPES), hint="不填就是居民身份证", aliases=("证件种类",)
)
DOCUMENT_NUMBER = Column(
    "document_number",
    "证件号码",
    DocumentNumber("document_type"),
    required=True,
    hint="整列设为文本，18位完整填写",
    aliases=("身份证号", "身份证号码", "公民身份号码", "身份证件号码"),
    long=True,
    examples=EXAMPLE_NUMBERS,
)
NAME = Column("name", "姓名", Name(), hint="与证件一致", examples=("张示例", "李示例"))


class ImportSpec(ABC):
    """One kind of import file, instantiated per reading; rows with errors are not compared."""

    code: ClassVar[str]
    title: ClassVar[str]
    noun: ClassVar[str]
    before: ClassVar[str] = ""
    """What must be in the register first."""
    declared: ClassVar[tuple[Column, ...]]

    def __init__(self, session: Session) -> None:
        self.session = session
        self.policies = load_policies(session)
        self.firms = KnownEnterprises(session)
        self.columns = tuple(_with_words(session, column) for column in self.declared)

    @abstractmethod
    def keys(self, row: ImportRow) -> Sequence[tuple[str, str]]:
        """Keys that must be unique within a file: the column's title and the key."""

    @abstractmethod
    def judge(self, rows: Sequence[ImportRow]) -> None:
        """Compare rows with the register; mark errors, or set the action of each row."""

    @abstractmethod
    def write(self, rows: Sequence[ImportRow], marker: ProvenanceWriter) -> None:
        """Write rows whose action is new, or an update where this kind allows it."""

    def title_of(self, name: str) -> str:
        """Title of a column."""
        return next(column.title for column in self.declared if column.name == name)


def _with_words(session: Session, column: Column) -> Column:
    kind = column.kind
    if not isinstance(kind, Choice) or not kind.dictionary:
        return column
    if kind.dictionary == KINDS_OF_CERTIFICATE:
        rows = session.execute(
            select(CertificateKind.code, CertificateKind.title).order_by(CertificateKind.code)
        )
        return replace(column, kind=CodedWords(options=tuple((code, title) for code, title in rows)))
    return replace(column, kind=CodedWords(options=dictionary(session, kind.dictionary)))


class CodedWords(Choice):
    """A choice whose error message lists the allowed words, because a file has no list to choose from."""

    def parse(self, typed: str, beside: Mapping[str, str] = EMPTY) -> str:
        """The code of the word. Raises InvalidValue."""
        try:
            return super().parse(typed, beside)
        except InvalidValue:
            labels = [label for _, label in self.options]
            listed = "、".join(labels[:12]) + ("等" if len(labels) > 12 else "")
            raise InvalidValue(f"“{typed[:20]}”不在字典里，可以填：{listed}") from None
