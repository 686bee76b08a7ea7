"""Masks of numbers in names of files."""

import pytest

from anguan.core.field_types import DOCUMENT_TYPES
from anguan.core.masks import mask_file_name
from anguan.models.files import Attachment

SAMPLES = {
    "resident": "590101199003077115",
    "hmt_resident": "810000199003077110",
    "foreign_resident": "CHN110123456789",
    "passport": "E12345678",
    "hm_permit": "H0123456789",
    "tw_permit": "01234567",
}


@pytest.mark.parametrize("kind", [code for code, _ in DOCUMENT_TYPES])
@pytest.mark.parametrize("pattern", ["{}.jpg", "护照{}.pdf", "scan {} 2.png", "({})_正面.jpg"])
def test_a_number_of_every_document_type_is_masked(kind: str, pattern: str) -> None:
    number = SAMPLES[kind]
    name = pattern.format(number)
    assert number not in mask_file_name(name)
    assert number not in Attachment(original_name=name).shown_name


@pytest.mark.parametrize(
    "name", ["云水安A00000001.pdf", "水安B20240000123.pdf", "YX2026-000001.pdf", "20240101_123456.jpg"]
)
def test_other_numbers_stay(name: str) -> None:
    assert mask_file_name(name) == name
