"""A character that no font has is an error before printing, never a box."""

import pytest

from anguan.infra import fonts
from anguan.pdf.font_registration import write_unicode_map
from anguan.pdf.html import fill_page, mark_characters
from anguan.pdf.renderer import MissingGlyph

NOWHERE = "\U000f0000"
"""A private-use character that no font has."""


def test_missing_characters_are_named_once_in_order():
    assert fonts.missing_glyphs(f"岑{NOWHERE}禾🙂安{NOWHERE}") == [NOWHERE, "🙂"]


@pytest.mark.parametrize(
    "text", ["岑禾安", "㛃䶮𠅤𬱖", "阿依那·格桑木", "A-1（二）", "甲\u200b乙", "葛\U000e0100", " \n\t"]
)
def test_printable_texts_miss_nothing(text):
    assert fonts.missing_glyphs(text) == []


def test_invisible_characters_are_dropped():
    assert fonts.drop_invisible("岑\u200b禾\x07安\ufe0f") == "岑禾安"


def test_last_resort_sets_what_the_body_cannot(monkeypatch):
    real = fonts.read_coverage
    monkeypatch.setattr(
        fonts, "read_coverage", lambda name: frozenset({0x2123C}) if name == "hanb" else real(name)
    )
    assert fonts.split_runs("岑𡈼 安") == [("", "岑"), ("hanb", "𡈼 "), ("", "安")]
    assert mark_characters("<岑𡈼>") == '&lt;岑<span class="hanb">𡈼</span>&gt;'


def test_without_last_resort_the_character_is_missing(monkeypatch):
    real = fonts.read_coverage
    monkeypatch.setattr(
        fonts, "read_coverage", lambda name: frozenset() if name.startswith("han") else real(name)
    )
    assert fonts.missing_glyphs("岑𡈼安") == ["𡈼"]


def test_a_page_with_missing_characters_is_refused():
    with pytest.raises(MissingGlyph) as refusal:
        fill_page("commitment.html", **_commitment(lines=[f"甲{NOWHERE}", "乙🙂"]))
    assert refusal.value.chars == (NOWHERE, "🙂")
    assert "U+1F642" in str(refusal.value)


def test_fonts_that_were_not_installed_are_said_in_words(monkeypatch, tmp_path):
    fonts.read_coverage.cache_clear()
    monkeypatch.setitem(fonts.FACES, "song", (tmp_path / "no.ttf", tmp_path / "no.ttf"))
    with pytest.raises(fonts.FontsMissing, match=r"no\.ttf"):
        fonts.missing_glyphs("安")
    fonts.read_coverage.cache_clear()


def test_unicode_map_writes_utf16_in_blocks_of_a_hundred():
    table = write_unicode_map("X", [0x20164, *range(0x4E00, 0x4E00 + 150)])
    assert "<00> <D840DD64>" in table
    assert "100 beginbfchar" in table
    assert "51 beginbfchar" in table


def _commitment(**values):
    blank = {"title": "", "number": "", "filer": (), "addressee": "", "signer": "", "unit": False}
    return blank | {"organ": "", "printed": ""} | values
