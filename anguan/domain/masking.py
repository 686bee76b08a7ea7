"""How a fact is shown: whether it is a picture, and what of it may be read; the fact's kind decides."""

from anguan.core.field_types import FieldType
from anguan.domain.register_fields import REGISTER_FIELDS


def kind_at(path: str) -> FieldType | None:
    """The kind of the register's fact at this path; None for extra questions, which are no facts."""
    known = REGISTER_FIELDS.get(path)
    return known.kind if known is not None else None


def is_picture(path: str) -> bool:
    """The fact holds the hash of a picture."""
    kind = kind_at(path)
    return kind is not None and kind.is_picture


def is_sensitive(path: str) -> bool:
    """The staff read the fact masked until they ask for the whole."""
    kind = kind_at(path)
    return kind is not None and kind.sensitive


def is_personal(path: str) -> bool:
    """The fact leaves the system only by right and for a purpose: sensitive ones, and days of birth."""
    known = REGISTER_FIELDS.get(path)
    return known is not None and (known.kind.sensitive or known.personal)


def is_secret(path: str) -> bool:
    """The number of a document: even its holder reads it masked first."""
    kind = kind_at(path)
    return kind is not None and kind.secret


def mask(path: str, canonical: str, text: str) -> str:
    """The fact for the staff: a sensitive one masked, any other in its words `text`."""
    kind = kind_at(path)
    return kind.mask(canonical) if kind is not None and kind.sensitive and canonical else text


def mask_for_holder(path: str, canonical: str, text: str) -> str:
    """The fact for the person it is about: only a secret one (a document's number) is masked."""
    kind = kind_at(path)
    return kind.mask(canonical) if kind is not None and kind.secret and canonical else text
