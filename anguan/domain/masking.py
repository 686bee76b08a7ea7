"""Masking of register fields by path, according to their field types."""

from anguan.core.field_types import FieldType
from anguan.domain.register_fields import REGISTER_FIELDS


def kind_at(path: str) -> FieldType | None:
    """The field type at this path; None for extra questions, which are not in the register."""
    known = REGISTER_FIELDS.get(path)
    return known.kind if known is not None else None


def is_picture(path: str) -> bool:
    """True when the field holds the hash of a picture."""
    kind = kind_at(path)
    return kind is not None and kind.is_picture


def is_sensitive(path: str) -> bool:
    """True when the field is masked until somebody asks for the full value."""
    kind = kind_at(path)
    return kind is not None and kind.sensitive


def is_personal(path: str) -> bool:
    """True for fields exported only with permission and purpose: sensitive ones and birth dates."""
    known = REGISTER_FIELDS.get(path)
    return known is not None and (known.kind.sensitive or known.personal)


def mask(path: str, canonical: str, text: str) -> str:
    """The value as it is shown unasked: masked when the field is sensitive, else `text`."""
    kind = kind_at(path)
    return kind.mask(canonical) if kind is not None and kind.sensitive and canonical else text
