"""Text copied from a PDF or chat: radicals become characters, zero-width ones go, in every field type."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anguan.core.field_types import Choice, FieldType, Name, PhotoHash, Text, Uscc, normalise_login
from anguan.core.field_types.text_cleaning import clean_copied, normalise_code, strip_blanks
from tests.core.test_field_types import KINDS

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\ufe0f\U000e0101"
RADICALS = {
    clean_copied(chr(point)): chr(point) for point in (*range(0x2E80, 0x2EF4), *range(0x2F00, 0x2FD6))
}
TYPED = tuple(kind for kind in KINDS if not isinstance(kind, PhotoHash))
"""The photo is a file; its hash is typed by nobody."""


def as_copied(text: str) -> str:
    """The text as a PDF gives it: a radical wherever there is one, and something invisible in each gap."""
    dirty = [
        RADICALS.get(char, char) + ZERO_WIDTH[place % len(ZERO_WIDTH)] for place, char in enumerate(text)
    ]
    return "".join(dirty)


@pytest.mark.parametrize(
    ("copied", "clean"),
    [
        ("⽅⼤⽔⼯", "方大水工"),
        ("⻓⻢⻰⻩⻘⻔", "长马龙黄青门"),
        ("云\u200b南\ufeff\u00ad", "云南"),
        ("葛\U000e0100", "葛"),
        ("Müller-张·〇", "Müller-张·〇"),
        ("氵艹", "氵艹"),
    ],
)
def test_what_a_pdf_gives(copied: str, clean: str) -> None:
    assert clean_copied(copied) == clean


def test_every_radical_becomes_one_character_outside_the_radicals() -> None:
    assert len(RADICALS) > 240
    for point in range(0x2F00, 0x2FD6):
        assert clean_copied(chr(point)) == unicodedata.normalize("NFKC", chr(point))
    for clean in RADICALS:
        assert len(clean) == 1
        assert clean_copied(clean) == clean


@pytest.mark.parametrize("kind", TYPED, ids=repr)
def test_every_field_type_reads_copied_text_as_typed(kind: FieldType) -> None:
    for n in range(8):
        sample = kind.sample(n)
        assert kind.parse(as_copied(sample)) == kind.parse(sample)
    if isinstance(kind, Text | Name) and kind.limit > 10:
        assert kind.parse(as_copied("方金水工大马黄青")) == "方金水工大马黄青"


def test_codes_logins_and_words_of_a_list() -> None:
    number = Uscc().sample(7)
    assert normalise_login(as_copied(number)) == normalise_code(as_copied(number)) == number
    assert Choice((("b", "大学本科"),)).parse(as_copied("大学本科")) == "b"
    assert strip_blanks(as_copied("云水安B（2025）00003")) == "云水安B(2025)00003"


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.characters(exclude_categories=()), max_size=60))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean_copied(text)
    assert clean_copied(once) == once
    assert len(once) <= len(text)
