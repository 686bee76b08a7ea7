"""Dates, choices, numbers, references and photos: what is parsed, and the messages for the rest."""

from datetime import UTC, date, datetime

import pytest

from anguan.core.field_types import (
    GENDERS,
    Choice,
    Date,
    InvalidValue,
    PhotoHash,
    Reference,
    WholeNumber,
    YesNo,
)


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


@pytest.mark.parametrize(
    "behind",
    [
        " 00:00:00",
        " 8:30",
        "　８：３０",
        " 08:30:00.123",
        "T00:00:00",
        "t08:30",
        "T23:59:59+08:00",
        "T15:59:59Z",
        "T15:59:59.999+0000",
        " 上午 8:30:00",
        " 8:30:00 PM",
        " 8时30分",
        " 星期二",
        "（周二）",
        " 星期二 8:30",
    ],
)
def test_a_time_behind_a_whole_date_is_dropped(behind: str) -> None:
    for day in ("2024-12-31", "2024/12/31", "20241231", "2024年12月31日"):
        assert Date().parse(f"{day}{behind}") == "2024-12-31"


def test_a_time_with_a_zone_gives_the_day_in_beijing() -> None:
    assert Date().parse("2021-02-28T16:00:00.000Z") == "2021-03-01"
    assert Date().parse("2021-03-01T00:30:00+09:00") == "2021-02-28"
    assert Date().parse("2021年3月1日8:00") == "2021-03-01"
    assert Date().parse("9999-12-31T23:00:00Z") == "9999-12-31"


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
        ("2024-12-31 8", "没有看懂"),
        ("2024/3/1 8", "没有看懂"),
        ("2024 1231", "没有看懂"),
        ("2024-1 2-31", "没有看懂"),
        ("2024-12-31 25:00", "没有看懂"),
        ("2024-12-31 至今", "没有看懂"),
        ("2024-12-31T", "没有看懂"),
        ("2024-12-31T08:00:00+99:00", "没有看懂"),
        ("2024-12-31-1", "没有看懂"),
        ("202412311", "没有看懂"),
        ("长期", "没有看懂"),
    ],
)
def test_dates_that_are_none(typed: str, part: str) -> None:
    with pytest.raises(InvalidValue, match=part):
        Date().parse(typed)


def test_choice_takes_the_value_or_the_label() -> None:
    gender = Choice(GENDERS)
    assert (
        gender.parse("male") == gender.parse("男") == gender.parse(" 男 ") == gender.parse("MALE") == "male"
    )
    assert gender.show("female") == "女"
    assert gender.show("retired_value") == "retired_value"
    for typed in ("未知", "m", "男女"):
        with pytest.raises(InvalidValue, match="请从列表中选择"):
            gender.parse(typed)
    with pytest.raises(InvalidValue, match="请从列表中选择"):
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
    with pytest.raises(InvalidValue, match="查找结果中选择"):
        Reference("enterprise").parse(typed)


def test_references_are_numbers_in_the_register() -> None:
    assert Reference("enterprise").parse(" 7 ") == "7"
    assert Reference("enterprise").to_column("2147483647") == 2147483647


def test_whole_numbers_stay_in_their_bounds() -> None:
    hours = WholeNumber(0, 400)
    assert hours.parse("０12") == "12"
    assert hours.to_column("12") == 12
    for typed in ("401", "-1", "9" * 5000):
        with pytest.raises(InvalidValue, match="0到400之间"):
            hours.parse(typed)
    for typed in ("1.5", "十二", "٣", "--1", "1 2", "- 1"):
        with pytest.raises(InvalidValue, match="请填写整数"):
            hours.parse(typed)


def test_photos_are_hashes() -> None:
    photo = PhotoHash()
    hashed = photo.sample()
    assert photo.parse(hashed.upper()) == hashed
    assert photo.show(hashed) == f"照片 {hashed[:8]}"
    for typed in ("photo.jpg", hashed[:-1], hashed + "0", "../" + hashed):
        with pytest.raises(InvalidValue, match="照片没有上传成功"):
            photo.parse(typed)
