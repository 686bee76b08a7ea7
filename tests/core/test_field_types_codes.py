"""Credit codes and telephone numbers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc as second_opinion

from anguan.core.field_types import InvalidValue, Phone, Uscc
from anguan.core.field_types.uscc import ALPHABET, compose_uscc, uscc_check_character

BODIES = st.builds(
    lambda head, region, tail: head + region + tail,
    st.text(ALPHABET, min_size=2, max_size=2),
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.text(ALPHABET, min_size=9, max_size=9),
)
GOOD = "91350100M000100Y43"


@settings(max_examples=500, deadline=None)
@given(body=BODIES)
def test_well_formed_codes_pass_and_the_second_opinion_agrees(body: str) -> None:
    code = compose_uscc(body)
    assert Uscc().parse(code) == code
    assert second_opinion.calc_check_digit(body) == code[-1]
    assert second_opinion.is_valid(code) or not code[:8].isdigit()


@settings(max_examples=300, deadline=None)
@given(body=BODIES, place=st.integers(0, 16), other=st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(body: str, place: int, other: str) -> None:
    code = compose_uscc(body)
    wrong = code[:place] + other + code[place + 1 :]
    if wrong == code:
        assert Uscc().parse(wrong) == code
        return
    with pytest.raises(InvalidValue):
        Uscc().parse(wrong)


def test_the_example_of_the_standard() -> None:
    assert uscc_check_character("91350100M000100Y4") == "3"
    assert Uscc().parse(" 91350100-m000100y4３ ") == GOOD


def test_a_sum_divisible_by_31_asks_for_0() -> None:
    bodies = [f"91590100MA{n:07d}" for n in range(200)]
    sums = [sum(ALPHABET.index(char) * 3**place for place, char in enumerate(body)) for body in bodies]
    body = next(body for body, total in zip(bodies, sums, strict=True) if total % 31 == 0)
    assert uscc_check_character(body) == "0"
    assert Uscc().parse(body + "0") == body + "0"


def test_codes_of_rural_collectives_pass() -> None:
    code = compose_uscc("N2590100MF0000001")
    assert Uscc().parse(code) == code


@pytest.mark.parametrize("place", range(18))
@pytest.mark.parametrize("letter", "IOSVZ")
def test_letters_that_no_code_has(letter: str, place: int) -> None:
    typed = GOOD[:place] + letter.lower() + GOOD[place + 1 :]
    with pytest.raises(InvalidValue, match=f"第{place + 1}位是字母{letter}，代码里没有字母I、O、S、V、Z"):
        Uscc().parse(typed)


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("530100000000000", "15位的旧注册号"),
        (GOOD[:-1], "应为18位，现在是17位"),
        (GOOD + "0", "应为18位，现在是19位"),
        (GOOD[:-1] + "4", "最后一位与前17位不相符"),
        ("9135A100M000100Y43", "第5位现在是“A”"),
        ("91350100M000100Y4٣", "第18位是“٣”"),
        ("913501００M000_00Y43", "第13位是“_”"),
    ],
)
def test_each_fault_of_a_code_has_its_sentence(typed: str, part: str) -> None:
    with pytest.raises(InvalidValue, match=part):
        Uscc().parse(typed)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13800000000", "13800000000"),
        ("138 0000 0000", "13800000000"),
        ("138-0000-0000", "13800000000"),
        ("+86 138 0000 0000", "13800000000"),
        ("(+86)13800000000", "13800000000"),
        ("008613800000000", "13800000000"),
        ("8613800000000", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("0871-0000000", "0871-0000000"),
        ("0871-00000000", "0871-00000000"),
        ("087100000000", "0871-00000000"),
        ("08710000000", "0871-0000000"),
        ("(0871)00000000", "0871-00000000"),
        ("（0871） 0000 0000", "0871-00000000"),
        ("0871-0000-0000", "0871-00000000"),
        ("0871—00000000", "0871-00000000"),
        ("0871-00000000-123", "0871-00000000-123"),
        ("0871-0000000-1", "0871-0000000-1"),
        ("0871-0000-0000-123", "0871-00000000-123"),
        ("0871-00000000转123", "0871-00000000-123"),
        ("0871-00000000 分机：123", "0871-00000000-123"),
        ("0871-00000000 ext. 123", "0871-00000000-123"),
        ("087100000000#123", "0871-00000000-123"),
        ("010-00000000", "010-00000000"),
        ("01000000000", "010-00000000"),
        ("021-0000000", "021-0000000"),
        ("+86 871 00000000", "0871-00000000"),
        ("+86 (0)871 00000000", "0871-00000000"),
        ("+86-10-0000-0000", "010-00000000"),
    ],
)
def test_phones_in_the_usual_ways(typed: str, number: str) -> None:
    assert Phone().parse(typed) == number
    assert Phone().parse(number) == number


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("1380000000", "应为11位，现在是10位"),
        ("138000000000", "应为11位，现在是12位"),
        ("12000000000", "没有以12开头的手机号"),
        ("00000000", "请加上区号"),
        ("0000000", "请加上区号"),
        ("0871", "11位手机号，或带区号的固定电话"),
        ("0871-000000", "11位手机号，或带区号的固定电话"),
        ("0871-00000000-1234567", "11位手机号，或带区号的固定电话"),
        ("+1 202 000 0000", "11位手机号，或带区号的固定电话"),
        ("电话", "11位手机号，或带区号的固定电话"),
        ("-", "11位手机号，或带区号的固定电话"),
        ("١٣٨٠٠٠٠٠٠٠٠", "11位手机号，或带区号的固定电话"),
    ],
)
def test_phones_that_are_none(typed: str, part: str) -> None:
    with pytest.raises(InvalidValue, match=part):
        Phone().parse(typed)


@pytest.mark.parametrize(
    ("number", "shown", "concealed"),
    [
        ("13800001234", "138 0000 1234", "138****1234"),
        ("0871-00000012", "0871-00000012", "0871-******12"),
        ("0871-00000012-123", "0871-00000012-123", "0871-******12"),
    ],
)
def test_phones_shown_and_concealed(number: str, shown: str, concealed: str) -> None:
    assert Phone().show(number) == shown
    assert Phone().mask(number) == concealed


@pytest.mark.parametrize("typed", ["0871-00000000", "0871 00000000", "(010)12345678", "87654321", "0871"])
def test_a_mobile_number_is_no_landline(typed: str) -> None:
    with pytest.raises(InvalidValue, match="11位手机号"):
        Phone(mobile=True).parse(typed)
    assert Phone(mobile=True).parse("+86 138 0000 0001") == "13800000001"
    assert Phone().parse("0871-00000000") == "0871-00000000"
