"""Invariants of every field type: it parses what it formats, and no input makes it raise."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anguan.core.field_types import (
    DOCUMENT_TYPES,
    GENDERS,
    Choice,
    Date,
    DocumentNumber,
    FieldType,
    InvalidValue,
    Name,
    Phone,
    PhotoHash,
    Reference,
    Text,
    Uscc,
    WholeNumber,
    YesNo,
    sample_number,
)

KINDS: tuple[FieldType, ...] = (
    Text(),
    Text(limit=3),
    Text(none_word="无"),
    Name(),
    Date(),
    Choice(GENDERS),
    Choice(dictionary="education").with_options([("bachelor", "大学本科"), ("college", "大专")]),
    YesNo(),
    Reference("enterprise"),
    DocumentNumber("person.document_type"),
    Uscc(),
    Phone(),
    PhotoHash(),
    WholeNumber(0, 400),
    WholeNumber(-5, 5),
)
every_kind = pytest.mark.parametrize("kind", KINDS, ids=repr)
TORTURE = (
    "\ud83d",
    "张\udc00三",
    "\u202e三张",
    "张\u200d三",
    "\x00",
    "张\x00三",
    "𠮷野家",
    "㛃𪚥𬬭",
    "é".encode().decode(),
    "e\u0301cole",
    "字" * 10_000,
    "1" * 10_000,
    "９" * 10_000,
    "\ufdfa" * 1000,
    "٣" * 18,
    "²³",
    "①②③",
    "-",
    "--1",
    "1e5",
    "0x10",
    "nan",
    "\ufeff",
    "\u3000\u00a0 \t\r\n",
    "'; DROP TABLE person; --",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "\ufffe",
    "\U0010ffff",
    "👨\u200d👩\u200d👧",
    "\U00030edd",
)
ANY_CHARACTER = st.characters(exclude_categories=())
ANY_TEXT = st.text(ANY_CHARACTER, max_size=60)


def understand(kind: FieldType, typed: str, beside: Mapping[str, str]) -> str | InvalidValue:
    """The canonical text, or the refusal itself."""
    try:
        return kind.parse(typed, beside)
    except InvalidValue as refusal:
        return refusal


def stays_sound(kind: FieldType, typed: str, beside: Mapping[str, str]) -> None:
    """For any text a field type gives a message, or a canonical value that is stable and can be stored."""
    outcome = understand(kind, typed, beside)
    if isinstance(outcome, InvalidValue):
        assert outcome.sentence.endswith("。")
        assert len(outcome.sentence) < 120
        outcome.sentence.encode()
        return
    assert kind.parse(outcome, beside) == outcome
    assert kind.from_column(kind.to_column(outcome)) == outcome
    outcome.encode()
    assert "\x00" not in outcome
    assert outcome == outcome.strip()


@every_kind
def test_samples_are_understood_and_survive_the_register(kind: FieldType) -> None:
    for n in (*range(12), 99, 1000):
        canonical = kind.parse(kind.sample(n))
        assert canonical
        assert kind.parse(canonical) == canonical
        assert isinstance(kind, PhotoHash) or kind.parse(kind.show(canonical)) == canonical
        assert kind.from_column(kind.to_column(canonical)) == canonical
        assert kind.show(canonical)
        assert kind.mask(canonical)


@every_kind
def test_samples_are_fixed(kind: FieldType) -> None:
    assert [kind.sample(n) for n in range(5)] == [kind.sample(n) for n in range(5)]
    assert kind.sample() == kind.sample(0)


@every_kind
@pytest.mark.parametrize("typed", ["", " ", "\u3000", "\t \r\n", "\u00a0"])
def test_nothing_stays_nothing(kind: FieldType, typed: str) -> None:
    assert kind.parse(typed) == ""
    assert kind.to_column("") is None
    assert kind.from_column(None) == ""
    assert kind.show("") == ""
    assert kind.mask("") == ""
    assert kind.warning("") is None


@every_kind
def test_attributes_can_stand_in_a_page(kind: FieldType) -> None:
    allowed = {"inputmode", "autocomplete", "maxlength", "autocapitalize", "spellcheck"}
    assert set(kind.attributes) <= allowed
    assert kind.width > 0
    assert kind.control in {"text", "date", "choice", "reference", "photo"}
    assert hash(kind) == hash(kind)


@every_kind
@pytest.mark.parametrize("typed", TORTURE, ids=ascii)
def test_torture(kind: FieldType, typed: str) -> None:
    stays_sound(kind, typed, {})


@every_kind
@settings(max_examples=150, deadline=None)
@given(typed=ANY_TEXT)
def test_any_text_gets_a_value_or_a_sentence(kind: FieldType, typed: str) -> None:
    stays_sound(kind, typed, {})


@every_kind
@settings(max_examples=100, deadline=None)
@given(
    n=st.integers(0, 2000),
    place=st.integers(0, 20),
    cut=st.integers(0, 2),
    put=st.text(ANY_CHARACTER, max_size=3),
)
def test_nearly_right_text_gets_a_value_or_a_sentence(
    kind: FieldType, n: int, place: int, cut: int, put: str
) -> None:
    typed = kind.sample(n)
    stays_sound(kind, typed[:place] + put + typed[place + cut :], {})


@settings(max_examples=300, deadline=None)
@given(typed=ANY_TEXT, type_code=st.sampled_from([code for code, _ in DOCUMENT_TYPES]))
def test_any_text_as_any_document(typed: str, type_code: str) -> None:
    stays_sound(DocumentNumber("t"), typed, {"t": type_code})


@pytest.mark.parametrize("type_code", [code for code, _ in DOCUMENT_TYPES])
def test_every_document_type_has_valid_samples(type_code: str) -> None:
    kind, beside = DocumentNumber("t"), {"t": type_code}
    numbers = [sample_number(type_code, n) for n in range(1100)]
    assert [kind.parse(number, beside) for number in numbers] == numbers
    assert len(set(numbers)) == len(numbers)
