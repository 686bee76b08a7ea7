"""Field types: parsing, canonical form, display and masking of each kind of value."""

from anguan.core.field_types.choice import GENDERS, Choice, YesNo
from anguan.core.field_types.date import Date
from anguan.core.field_types.document import (
    DOCUMENT_TYPES,
    DocumentNumber,
    birth_date_of,
    gender_of,
    sample_number,
)
from anguan.core.field_types.field_type import EMPTY, FieldType, InvalidValue
from anguan.core.field_types.login import normalise_login
from anguan.core.field_types.name import Name
from anguan.core.field_types.phone import Phone
from anguan.core.field_types.photo import PhotoHash
from anguan.core.field_types.reference import Reference
from anguan.core.field_types.text import Text
from anguan.core.field_types.uscc import Uscc
from anguan.core.field_types.whole_number import WholeNumber

__all__ = [
    "DOCUMENT_TYPES",
    "EMPTY",
    "GENDERS",
    "Choice",
    "Date",
    "DocumentNumber",
    "FieldType",
    "InvalidValue",
    "Name",
    "Phone",
    "PhotoHash",
    "Reference",
    "Text",
    "Uscc",
    "WholeNumber",
    "YesNo",
    "birth_date_of",
    "gender_of",
    "normalise_login",
    "sample_number",
]
