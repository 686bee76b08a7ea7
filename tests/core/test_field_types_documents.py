"""Document numbers: valid ones pass, each error has its own message, an independent library agrees."""

from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stdnum.cn import ric
from stdnum.iso7064 import mod_11_2

from anguan.core import clock, masks
from anguan.core.field_types import DocumentNumber, InvalidValue, birth_date_of, gender_of
from anguan.core.field_types.citizen_number import citizen_check_character, compose_number

KIND = DocumentNumber("person.document_type")
GOOD = "590101199003070010"
NOON = date(2026, 6, 1)
DAYS = st.dates(date(1900, 1, 1), date(2026, 6, 1))
REGIONS = st.from_regex(r"[1-8][0-9]{5}", fullmatch=True)


def parse(type_code: str, typed: str) -> str:
    with clock.frozen_at(NOON):
        return KIND.parse(typed, {"person.document_type": type_code})


def fault(type_code: str, typed: str) -> str:
    with pytest.raises(InvalidValue) as caught:
        parse(type_code, typed)
    return caught.value.sentence


@settings(max_examples=500, deadline=None)
@given(region=REGIONS, birth=DAYS, order=st.integers(0, 999))
def test_well_formed_numbers_pass(region: str, birth: date, order: int) -> None:
    number = compose_number(region, birth, order)
    assert parse("resident", number) == number
    assert birth_date_of("resident", number) == birth
    assert gender_of("resident", number) == ("male" if order % 2 else "female")
    assert mod_11_2.is_valid(number)
    assert ric.calc_check_digit(number) == number[-1]


@settings(max_examples=500, deadline=None)
@given(
    region=st.sampled_from(["110101", "310101", "440106", "530102"]),
    year=st.integers(1985, 2025),
    month=st.integers(0, 14),
    day=st.integers(0, 33),
    order=st.integers(0, 999),
    shift=st.sampled_from([0, 0, 0, 1, 2, 10]),
)
def test_the_second_opinion_agrees_where_it_is_sane(
    region: str, year: int, month: int, day: int, order: int, shift: int
) -> None:
    body = f"{region}{year}{month:02d}{day:02d}{order:03d}"
    marks = "0123456789X"
    number = body + marks[(marks.index(citizen_check_character(body)) + shift) % 11]
    if ric.is_valid(number):
        assert parse("resident", number) == number
    else:
        assert fault("resident", number)


@pytest.mark.parametrize(("region", "year"), [("530181", 1990), ("530302", 1975), ("500101", 1985)])
def test_regions_younger_than_the_person_pass(region: str, year: int) -> None:
    number = compose_number(region, date(year, 5, 5), 7)
    assert parse("resident", number) == number
    assert KIND.warning(number) is None


@settings(max_examples=300, deadline=None)
@given(
    region=REGIONS,
    birth=DAYS,
    order=st.integers(0, 999),
    place=st.integers(0, 16),
    turn=st.integers(1, 9),
)
def test_one_wrong_digit_is_always_found(region: str, birth: date, order: int, place: int, turn: int) -> None:
    number = compose_number(region, birth, order)
    wrong = number[:place] + str((int(number[place]) + turn) % 10) + number[place + 1 :]
    assert fault("resident", wrong)


@settings(max_examples=300, deadline=None)
@given(region=REGIONS, birth=DAYS, order=st.integers(0, 999), place=st.integers(0, 15))
def test_two_neighbours_exchanged_are_always_found(region: str, birth: date, order: int, place: int) -> None:
    number = compose_number(region, birth, order)
    assume(number[place] != number[place + 1])
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert fault("resident", wrong)


@pytest.mark.parametrize(
    "typed",
    [
        GOOD,
        " 590101 19900307 0010 ",
        "590101-19900307-0010",
        "590101－19900307—0010",
        "５９０１０１１９９００３０７００１０",
        "\ufeff5901011990\u200b03070010\n",
        "590101\u00a019900307\u30000010\x00",
    ],
)
def test_blanks_and_wide_digits_are_forgiven(typed: str) -> None:
    assert parse("resident", typed) == GOOD


def test_the_last_x_may_be_small_or_wide() -> None:
    number = next(
        n for n in (compose_number("590101", date(1990, 3, 7), i) for i in range(99)) if n[-1] == "X"
    )
    for last in "xXｘＸⅩ":
        assert parse("resident", number[:-1] + last) == number


FAULTS = [
    ("resident", "590101900307001", "15位的旧号码"),
    ("resident", GOOD[:-1], "应为18位，现在是17位"),
    ("resident", GOOD + "0", "应为18位，现在是19位"),
    ("resident", "59O101199003070010", "第3位是“O”，这一位只能是数字0到9"),
    ("resident", "٥٩٠١٠١١٩٩٠٠٣٠٧٠٠١٠", "第1位是“٥”"),
    ("resident", "59010119900307001A", "第18位是“A”，这一位只能是数字或字母X"),
    ("resident", "5901011990030700X0", "第17位是“X”"),
    ("resident", "590101199002300010", "“19900230”不是真实的日期"),
    ("resident", "590101202113010010", "“20211301”不是真实的日期"),
    ("resident", compose_number("590101", date(1899, 12, 31), 1), "早于1900年"),
    ("resident", compose_number("590101", date(2026, 6, 2), 1), "2026-06-02还没有到"),
    ("resident", compose_number("590101", date(2099, 1, 1), 1), "还没有到"),
    ("resident", "590101199003070011", "最后一位与前17位不相符"),
    ("resident", "959000199003070014", "9开头的是外国人永久居留身份证"),
    ("hmt_resident", GOOD, "以810000、820000或830000开头"),
    ("hmt_resident", "810000190001010001", "最后一位与前17位不相符"),
    ("hmt_resident", "H00000000", "应为18位，现在是9位"),
    ("foreign_resident", GOOD, "18位号码以9开头"),
    ("foreign_resident", "CHN00000000000", "9开头的18位号码"),
    ("foreign_resident", "959000199003070010", "最后一位与前17位不相符"),
    ("passport", "E123", "护照号码是5至17位字母和数字"),
    ("passport", GOOD, "护照号码是5至17位字母和数字"),
    ("passport", "Eß00000", "护照号码是5至17位字母和数字"),
    ("passport", "E٣٣٣٣٣٣", "护照号码是5至17位字母和数字"),
    ("hm_permit", "A00000000", "字母H或M"),
    ("hm_permit", "H000000000", "字母H或M"),
    ("tw_permit", "H00000000", "8位数字"),
    ("tw_permit", "000000000", "8位数字"),
    ("driving_licence", GOOD, "请先选择证件类型"),
]


@pytest.mark.parametrize(("type_code", "typed", "part"), FAULTS)
def test_each_fault_has_its_sentence(type_code: str, typed: str, part: str) -> None:
    assert part in fault(type_code, typed)


@pytest.mark.parametrize(
    ("type_code", "typed", "number"),
    [
        ("hmt_resident", "81000019000101000x", "81000019000101000X"),
        ("hmt_resident", "820000190008200027", "820000190008200027"),
        ("hmt_resident", "83000019001231001X", "83000019001231001X"),
        ("foreign_resident", "959000199003070014", "959000199003070014"),
        ("foreign_resident", "chn 000000000000", "CHN000000000000"),
        ("passport", "e 0000-0000", "E00000000"),
        ("hm_permit", "h00000000", "H00000000"),
        ("hm_permit", "M0000000001", "M0000000001"),
        ("tw_permit", "00000000", "00000000"),
        ("tw_permit", "0000000001", "0000000001"),
    ],
)
def test_other_documents_pass(type_code: str, typed: str, number: str) -> None:
    assert parse(type_code, typed) == number


def test_a_child_of_today_passes_and_of_tomorrow_does_not() -> None:
    number = compose_number("590101", date(2026, 6, 2), 1)
    with clock.frozen_at(clock.midnight(date(2026, 6, 2))):
        assert KIND.parse(number) == number
    assert "还没有到" in fault("resident", number)


def test_without_a_chosen_type_it_is_a_citizen_number() -> None:
    assert KIND.parse(GOOD) == KIND.parse(GOOD, {"person.document_type": ""}) == GOOD
    assert DocumentNumber().parse(GOOD) == GOOD


def test_unknown_regions_are_doubts_not_errors() -> None:
    assert "590101" in (KIND.warning(GOOD) or "")
    assert KIND.warning(GOOD, {"59", "53"}) is None
    assert KIND.warning(GOOD, {"590101"}) is None
    for number in ("81000019000101000X", "959000199003070014", "E00000000", ""):
        assert KIND.warning(number) is None


def test_what_a_number_tells() -> None:
    assert birth_date_of("hmt_resident", "83000019001231001X") == date(1900, 12, 31)
    assert gender_of("hmt_resident", "820000190008200027") == "female"
    assert birth_date_of("foreign_resident", "959000199003070014") == date(1990, 3, 7)
    for type_code, number in (
        ("passport", GOOD),
        ("foreign_resident", "CHN000000000000"),
        ("resident", ""),
        ("resident", "590101199002300010"[:17]),
    ):
        assert birth_date_of(type_code, number) is None
        assert gender_of(type_code, number) is None
    assert birth_date_of("resident", "590101199002300010") is None


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("59010219900307001X", "590102***********X"),
        ("E00000001", "E0******1"),
        ("CHN000000000007", "CH************7"),
        ("12345", "1***5"),
        ("12", "**"),
        ("", ""),
    ],
)
def test_masks_of_numbers(number: str, masked: str) -> None:
    assert masks.mask_document(number) == KIND.mask(number) == masked


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三", "张*"), ("欧阳示", "欧**"), ("𠮷示例", "𠮷**"), ("张", "*"), ("", ""), ("阿·热", "阿**")],
)
def test_masks_of_names(name: str, masked: str) -> None:
    assert masks.mask_name(name) == masked
