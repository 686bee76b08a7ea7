"""Every kind keeps its promises: it understands what it shows, and nothing typed makes it fall over."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anguan.grammar.kinds import (
    DOCUMENT_TYPES,
    GENDERS,
    Choice,
    Date,
    DocumentNumber,
    Invalid,
    Kind,
    Name,
    Phone,
    Photo,
    Reference,
    Text,
    Uscc,
    Whole,
    YesNo,
    normalise_login,
    sample_number,
)

KINDS: tuple[Kind, ...] = (
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
    Photo(),
    Whole(0, 400),
    Whole(-5, 5),
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
    "👨‍👩‍👧",
    "\U00030edd",
)
ANY_TEXT = st.text(st.characters(codec=None), max_size=60)


def understand(kind: Kind, typed: str, beside: Mapping[str, str]) -> str | Invalid:
    """The canonical text, or the refusal itself."""
    try:
        return kind.parse(typed, beside)
    except Invalid as refusal:
        return refusal


def stays_sound(kind: Kind, typed: str, beside: Mapping[str, str]) -> None:
    """What a kind does with any text: a sentence, or a canonical value that is stable and can be stored."""
    outcome = understand(kind, typed, beside)
    if isinstance(outcome, Invalid):
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
def test_samples_are_understood_and_survive_the_register(kind: Kind) -> None:
    for n in (*range(12), 99, 1000):
        canonical = kind.parse(kind.sample(n))
        assert canonical
        assert kind.parse(canonical) == canonical
        assert isinstance(kind, Photo) or kind.parse(kind.show(canonical)) == canonical
        assert kind.from_column(kind.to_column(canonical)) == canonical
        assert kind.show(canonical)
        assert kind.conceal(canonical)


@every_kind
def test_samples_are_fixed(kind: Kind) -> None:
    assert [kind.sample(n) for n in range(5)] == [kind.sample(n) for n in range(5)]
    assert kind.sample() == kind.sample(0)


@every_kind
@pytest.mark.parametrize("typed", ["", " ", "\u3000", "\t \r\n", "\u00a0"])
def test_nothing_stays_nothing(kind: Kind, typed: str) -> None:
    assert kind.parse(typed) == ""
    assert kind.to_column("") is None
    assert kind.from_column(None) == ""
    assert kind.show("") == ""
    assert kind.conceal("") == ""
    assert kind.warning("") is None


@every_kind
def test_attributes_can_stand_in_a_page(kind: Kind) -> None:
    allowed = {"inputmode", "autocomplete", "maxlength", "autocapitalize", "spellcheck"}
    assert set(kind.attributes) <= allowed
    assert kind.width > 0
    assert kind.control in {"text", "date", "choice", "reference", "photo"}
    assert hash(kind) == hash(kind)


@every_kind
@pytest.mark.parametrize("typed", TORTURE, ids=ascii)
def test_torture(kind: Kind, typed: str) -> None:
    stays_sound(kind, typed, {})


@every_kind
@settings(max_examples=150, deadline=None)
@given(typed=ANY_TEXT)
def test_any_text_gets_a_value_or_a_sentence(kind: Kind, typed: str) -> None:
    stays_sound(kind, typed, {})


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


@pytest.mark.parametrize(
    "typed",
    [
        "2024-12-31",
        "20241231",
        "2024.12.31",
        "2024/12/31",
        "2024年12月31日",
        "2024年12月31号",
        "2024年12月31",
        "２０２４－１２－３１",
        "２０２４年１２月３１日",
        " 2024 - 12 - 31 ",
        "2024–12–31",
        "2024\u200b-12-31",
    ],
)
def test_dates_in_the_usual_ways(typed: str) -> None:
    assert Date().parse(typed) == "2024-12-31"


def test_dates_with_short_parts_and_leap_days() -> None:
    assert Date().parse("2024-1-5") == "2024-01-05"
    assert Date().parse("2024年2月29日") == "2024-02-29"
    assert Date().to_column("2024-02-29") == date(2024, 2, 29)
    assert Date().from_column(datetime(2024, 2, 28, 16, 30, tzinfo=UTC)) == "2024-02-29"


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("2023-02-29", "2023年2月没有29日"),
        ("2024-13-01", "月份是13"),
        ("2024-00-01", "月份是0"),
        ("2024-12-00", "没有0日"),
        ("1899-12-31", "早于1900年"),
        ("0000-01-01", "早于1900年"),
        ("31/12/2024", "没有看懂"),
        ("2024-12", "没有看懂"),
        ("2024123", "没有看懂"),
        ("٢٠٢٤-١٢-٣١", "没有看懂"),
        ("2024-12-31 10:00", "没有看懂"),
        ("长期", "没有看懂"),
    ],
)
def test_dates_that_are_none(typed: str, part: str) -> None:
    with pytest.raises(Invalid, match=part):
        Date().parse(typed)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("张三", "张三"),
        (" 张三\u3000", "张三"),
        ("张\u3000三", "张三"),
        ("阿卜杜•热合曼", "阿卜杜·热合曼"),
        ("阿卜杜．热合曼", "阿卜杜·热合曼"),
        ("阿卜杜‧热合曼", "阿卜杜·热合曼"),
        ("阿卜杜∙热合曼", "阿卜杜·热合曼"),
        ("阿卜杜・热合曼", "阿卜杜·热合曼"),
        ("阿卜杜.热合曼", "阿卜杜·热合曼"),
        ("阿卜杜 · 热合曼", "阿卜杜·热合曼"),
        ("𠮷㛃𪚥", "𠮷㛃𪚥"),
        ("\U00030edd某", "\U00030edd某"),
        ("\U000323b0某", "\U000323b0某"),
        ("〇三", "〇三"),
        ("Jose\u0301  Garcia", "José Garcia"),
        ("O'Neil, John F.", "O'Neil, John F."),
        ("Anne-Marie", "Anne-Marie"),
        ("𠮷" * 50, "𠮷" * 50),
    ],
)
def test_names_have_one_spelling(typed: str, name: str) -> None:
    assert Name().parse(typed) == name


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("张\u200b三", "看不见的字符"),
        ("张\u200d三", "看不见的字符"),
        ("\ufeff张三", "看不见的字符"),
        ("\u202e三张", "看不见的字符"),
        ("张\x00三", "看不见的字符"),
        ("张\n三", "看不见的字符"),
        ("张\ud842三", "看不见的字符"),
        ("张\U000e0100三", "看不见的字符"),
        ("张\u3164三", "看不见的字符"),
        ("张\ufffe三", "看不见的字符"),
        ("张\ue000", "自造字"),
        ("张三😀", "表情或符号"),
        ("123456", "只有数字"),
        ("１２３", "只有数字"),
        ("٣٤٥", "只有数字"),
        ("··", "数字或标点"),
        ("字" * 51, "最多50个字，现在有51个字"),
    ],
)
def test_names_that_are_none(typed: str, part: str) -> None:
    with pytest.raises(Invalid, match=part):
        Name().parse(typed)


def test_text_keeps_words_and_drops_what_nobody_sees() -> None:
    assert Text().parse("  云南省\u3000昆明市\r\n西山区\u200b ") == "云南省 昆明市 西山区"
    assert Text().parse("e\u0301cole 𠮷") == "école 𠮷"
    assert Text().parse("x" * 100) == "x" * 100
    with pytest.raises(Invalid, match="最多填写100个字，现在有101个字"):
        Text().parse("字" * 101)
    for typed in ("\u202eabc", "a\x00", "\ud800", "a\u2066b", "\ufdd0"):
        with pytest.raises(Invalid, match="看不见的控制字符"):
            Text().parse(typed)


def test_choice_takes_the_value_or_the_label() -> None:
    gender = Choice(GENDERS)
    assert (
        gender.parse("male") == gender.parse("男") == gender.parse(" 男 ") == gender.parse("MALE") == "male"
    )
    assert gender.show("female") == "女"
    assert gender.show("retired_value") == "retired_value"
    for typed in ("未知", "m", "男女"):
        with pytest.raises(Invalid, match="请从列表中选择"):
            gender.parse(typed)
    with pytest.raises(Invalid, match="请从列表中选择"):
        Choice(dictionary="title").parse("高级工程师")
    titles = Choice(dictionary="title").with_options([("senior", "高级工程师")])
    assert titles.dictionary == "title"
    assert titles.parse("高级工程师") == "senior"


def test_yes_and_no_are_booleans_in_the_register() -> None:
    assert YesNo().parse("是") == "yes"
    assert YesNo().to_column("no") is False
    assert YesNo().from_column(True) == "yes"


@pytest.mark.parametrize("typed", ["0", "-1", "1.0", "２", "٣", "某公司", "2147483648", "9" * 5000, "1 2"])
def test_references_are_chosen_not_typed(typed: str) -> None:
    with pytest.raises(Invalid, match="查找结果中选择"):
        Reference("enterprise").parse(typed)


def test_references_are_numbers_in_the_register() -> None:
    assert Reference("enterprise").parse(" 007 ") == "7"
    assert Reference("enterprise").to_column("2147483647") == 2147483647


def test_whole_numbers_stay_in_their_bounds() -> None:
    hours = Whole(0, 400)
    assert hours.parse("０12") == "12"
    assert hours.to_column("12") == 12
    for typed in ("401", "-1", "9" * 5000):
        with pytest.raises(Invalid, match="0到400之间"):
            hours.parse(typed)
    for typed in ("1.5", "十二", "٣", "--1"):
        with pytest.raises(Invalid, match="请填写整数"):
            hours.parse(typed)


def test_photos_are_hashes() -> None:
    photo = Photo()
    hashed = photo.sample()
    assert photo.parse(hashed.upper()) == hashed
    assert photo.show(hashed) == f"照片 {hashed[:8]}"
    for typed in ("photo.jpg", hashed[:-1], hashed + "0", "../" + hashed):
        with pytest.raises(Invalid, match="照片没有上传成功"):
            photo.parse(typed)


@pytest.mark.parametrize(
    ("typed", "login"),
    [
        (" 59010119900307001x ", "59010119900307001X"),
        ("５９０１０１１９９００３０７００１Ｘ", "59010119900307001X"),
        ("590101 19900307\u200b0010", "590101199003070010"),
        ("\ufeff91590100ma0000001x\n", "91590100MA0000001X"),
        ("Reviewer\u3000One", "REVIEWERONE"),
        ("a\u200be\u0301", "AÉ"),
        ("ıD", "ıD"),
        ("\x00\ud800", ""),
    ],
)
def test_logins_forgive(typed: str, login: str) -> None:
    assert normalise_login(typed) == login


@settings(max_examples=500, deadline=None)
@given(typed=ANY_TEXT)
def test_logins_are_stable(typed: str) -> None:
    login = normalise_login(typed)
    assert normalise_login(login) == login
    assert not any(char.isspace() for char in login)
    login.encode()
