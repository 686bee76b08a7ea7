"""Field type for records that are chosen by search, such as the work unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from anguan.core.field_types.field_type import EMPTY, FieldType, InvalidValue
from anguan.core.field_types.text_cleaning import clean_copied
from anguan.core.record_ids import read_id


@dataclass(frozen=True)
class Reference(FieldType):
    """Another record by its id; whether the record exists is checked by the caller."""

    control = "reference"

    target: str

    def parse(self, typed: str, beside: Mapping[str, str] = EMPTY) -> str:
        text = clean_copied(typed).strip()
        if not text:
            return ""
        if not read_id(text):
            raise InvalidValue("请输入名称查找，再从查找结果中选择一项。")
        return text

    def to_column(self, canonical: str) -> object:
        return int(canonical) if canonical else None

    def sample(self, n: int = 0) -> str:
        return str(n + 1)

    @property
    def attributes(self) -> Mapping[str, str]:
        return {"autocomplete": "off", "spellcheck": "false"}

    @property
    def width(self) -> int:
        return 30
