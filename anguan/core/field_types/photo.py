"""Field type for ID photos (证件照)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from anguan.core.field_types.field_type import EMPTY, FieldType, InvalidValue

_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class PhotoHash(FieldType):
    """A stored picture, identified by the SHA-256 of its bytes."""

    control = "photo"
    is_picture = True

    def parse(self, typed: str, beside: Mapping[str, str] = EMPTY) -> str:
        text = typed.strip().lower()
        if text and not _HASH.fullmatch(text):
            raise InvalidValue("照片没有上传成功，请重新选择照片。")
        return text

    def show(self, canonical: str) -> str:
        return f"照片 {canonical[:8]}" if canonical else ""

    def mask(self, canonical: str) -> str:
        return "照片" if canonical else ""

    def sample(self, n: int = 0) -> str:
        return hashlib.sha256(f"sample photo {n}".encode()).hexdigest()
