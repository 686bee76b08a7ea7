"""Field kinds: the one truth about what may be typed, how it is kept, and how it is shown."""

from anguan.grammar.kinds.choice import GENDERS, Choice, YesNo
from anguan.grammar.kinds.date import Date
from anguan.grammar.kinds.document import (
    DOCUMENT_TYPES,
    DocumentNumber,
    birth_date_of,
    gender_of,
    sample_number,
)
from anguan.grammar.kinds.kind import EMPTY, Invalid, Kind
from anguan.grammar.kinds.login import normalise_login
from anguan.grammar.kinds.name import Name
from anguan.grammar.kinds.phone import Phone
from anguan.grammar.kinds.photo import Photo
from anguan.grammar.kinds.reference import Reference
from anguan.grammar.kinds.text import Text
from anguan.grammar.kinds.uscc import Uscc
from anguan.grammar.kinds.whole import Whole

__all__ = [
    "DOCUMENT_TYPES",
    "EMPTY",
    "GENDERS",
    "Choice",
    "Date",
    "DocumentNumber",
    "Invalid",
    "Kind",
    "Name",
    "Phone",
    "Photo",
    "Reference",
    "Text",
    "Uscc",
    "Whole",
    "YesNo",
    "birth_date_of",
    "gender_of",
    "normalise_login",
    "sample_number",
]
