"""Field type for the numbers of identity documents (证件号码)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from anguan.core import masks
from anguan.core.field_types import citizen_number
from anguan.core.field_types.field_type import EMPTY, FieldType, InvalidValue
from anguan.core.field_types.text_cleaning import normalise_code

RESIDENT = "resident"
HMT_RESIDENT = "hmt_resident"
FOREIGN_RESIDENT = "foreign_resident"

DOCUMENT_TYPES: tuple[tuple[str, str], ...] = (
    (RESIDENT, "居民身份证"),
    (HMT_RESIDENT, "港澳台居民居住证"),
    (FOREIGN_RESIDENT, "外国人永久居留身份证"),
    ("passport", "护照"),
    ("hm_permit", "港澳居民来往内地通行证"),
    ("tw_permit", "台湾居民来往大陆通行证"),
)

_LABELS = dict(DOCUMENT_TYPES)
_HMT_REGIONS = ("810000", "820000", "830000")
_FOREIGN_OLD = re.compile(r"[A-Z]{3}[0-9]{12}")
_LOOSE: Mapping[str, tuple[re.Pattern[str], str]] = {
    "passport": (re.compile(r"[A-Z0-9]{5,17}"), "护照号码是5至17位字母和数字，例如 E00000000，请核对。"),
    "hm_permit": (
        re.compile(r"[HM](?:[0-9]{8}|[0-9]{10})"),
        "通行证号码是字母H或M加8位数字（旧证为10位数字），例如 H00000000，请核对。",
    ),
    "tw_permit": (
        re.compile(r"[0-9]{8}|[0-9]{10}"),
        "通行证号码是8位数字（旧证为10位数字），例如 00000000，请核对。",
    ),
}
_SAMPLE_REGION = {RESIDENT: "590101", HMT_RESIDENT: "810000", FOREIGN_RESIDENT: "959000"}
_SAMPLE_LOOSE = {"passport": "E", "hm_permit": "H", "tw_permit": ""}
_FIRST_BIRTH = date(1990, 3, 7)
_SPREAD_OF_BIRTHS = 9000


def check_document(type_code: str, number: str) -> None:
    """Raise InvalidValue unless the normalised number is valid for its document type."""
    label = _LABELS.get(type_code)
    if label is None:
        raise InvalidValue("请先选择证件类型，再填写证件号码。")
    if type_code in _LOOSE:
        pattern, sentence = _LOOSE[type_code]
        if not pattern.fullmatch(number):
            raise InvalidValue(sentence)
        return
    if type_code == FOREIGN_RESIDENT and _FOREIGN_OLD.fullmatch(number):
        return
    if type_code == FOREIGN_RESIDENT and len(number) != citizen_number.LENGTH:
        raise InvalidValue("永久居留身份证号码是9开头的18位号码（旧证为3个字母加12位数字），请核对。")
    _check_issuer(type_code, number)
    citizen_number.check_number(number, "身份证" if type_code == RESIDENT else label)


def _check_issuer(type_code: str, number: str) -> None:
    """Refuse a number whose first digits belong to another document type."""
    if len(number) != citizen_number.LENGTH:
        return
    if type_code == FOREIGN_RESIDENT and not number.startswith("9"):
        raise InvalidValue("外国人永久居留身份证的18位号码以9开头，请核对号码和所选的证件类型。")
    if type_code == RESIDENT and number.startswith("9"):
        raise InvalidValue("9开头的是外国人永久居留身份证号码，请改选证件类型，或核对第1位。")
    if type_code == HMT_RESIDENT and not number.startswith(_HMT_REGIONS):
        raise InvalidValue("港澳台居民居住证号码以810000、820000或830000开头，请核对号码和所选的证件类型。")


def birth_date_of(type_code: str, number: str) -> date | None:
    """The birth date contained in a document number; None where there is none."""
    return citizen_number.read_birth(number) if type_code in _SAMPLE_REGION else None


def gender_of(type_code: str, number: str) -> str | None:
    """male or female where a document number contains it, else None."""
    return citizen_number.read_gender(number) if type_code in _SAMPLE_REGION else None


def sample_number(type_code: str, n: int = 0) -> str:
    """The n-th synthetic number of a type; those of citizens have the non-existent region 590101."""
    if type_code in _SAMPLE_REGION:
        birth = _FIRST_BIRTH + timedelta(days=n % _SPREAD_OF_BIRTHS)
        return citizen_number.compose_number(_SAMPLE_REGION[type_code], birth, 1 + n % 999)
    return f"{_SAMPLE_LOOSE[type_code]}{n:08d}"


@dataclass(frozen=True)
class DocumentNumber(FieldType):
    """A document number; `type_path` is the path of the document type (empty: 居民身份证)."""

    sensitive = True

    type_path: str = ""

    def parse(self, typed: str, beside: Mapping[str, str] = EMPTY) -> str:
        number = normalise_code(typed)
        if number:
            check_document(beside.get(self.type_path) or RESIDENT, number)
        return number

    def mask(self, canonical: str) -> str:
        return masks.mask_document(canonical)

    def warning(self, canonical: str, regions: Collection[str] = citizen_number.PROVINCES) -> str | None:
        """A warning about an unknown region; not an error, because region codes change."""
        if len(canonical) != citizen_number.LENGTH or canonical.startswith("9"):
            return None
        if citizen_number.is_known_region(canonical, regions):
            return None
        return f"证件号码前6位“{canonical[:6]}”不在行政区划代码表中，请对照证件核对。"

    def sample(self, n: int = 0) -> str:
        return sample_number(RESIDENT, n)

    @property
    def attributes(self) -> Mapping[str, str]:
        # Longer than the number, because a browser silently truncates a number pasted with blanks.
        return {
            "inputmode": "text",
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "maxlength": "64",
        }

    @property
    def width(self) -> int:
        return citizen_number.LENGTH
