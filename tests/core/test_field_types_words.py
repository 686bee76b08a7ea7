"""Names, free text and logins: one spelling for the many ways of typing them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anguan.core.field_types import InvalidValue, Name, Text, normalise_login


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("张三", "张三"),
        (" 张三\u3000", "张三"),
        ("\ufeff张\u200b\u200d三", "张三"),
        ("张\U000e0100三", "张三"),
        ("⻢⽅⾦", "马方金"),
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
        ("\U00031350\U000323b0", "\U00031350\U000323b0"),
        ("Jose\u0301  Garcia", "José Garcia"),
        ("O'Neil, John F.", "O'Neil, John F."),
        ("Anne-Marie", "Anne-Marie"),
        ("D’Angelo, J.", "D’Angelo, J."),
        ("O‘zbek", "O‘zbek"),
        ("Nguyễn Văn A", "Nguyễn Văn A"),
        ("𠮷" * 50, "𠮷" * 50),
    ],
)
def test_names_have_one_spelling(typed: str, name: str) -> None:
    assert Name().parse(typed) == name


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("\u202e三张", "看不见的字符"),
        ("张\x00三", "看不见的字符"),
        ("张\n三", "看不见的字符"),
        ("张\ud842三", "看不见的字符"),
        ("张\u3164三", "看不见的字符"),
        ("张\ufffe三", "看不见的字符"),
        ("张\ue000", "自造字"),
        ("张三😀", "表情或符号"),
        ("杨??", "姓名里有问号"),
        ("杨？", "姓名里有问号"),
        ("杨\ufffd", "姓名里有问号"),
        ("张三（小）", "不能有“（”"),
        ("张三(曾用名)", r"不能有“\("),
        ("张三【内退】", "不能有“【”"),
        ("=HYPERLINK(1)", "不能有“="),
        ("+张三", "不能有“\\+”"),
        ("＝张三", "不能有“＝”"),
        ("@张三", "不能有“@”"),
        ("-张三", "不能有“-”"),
        ("张三/李四", "不能有“/”"),
        ("张三、李四", "不能有“、”"),
        ("123456", "只有数字"),
        ("１２３", "只有数字"),
        ("٣٤٥", "只有数字"),
        ("··", "数字或标点"),
        ("字" * 51, "最多50个字，现在有51个字"),
    ],
)
def test_names_that_are_none(typed: str, part: str) -> None:
    with pytest.raises(InvalidValue, match=part):
        Name().parse(typed)


def test_text_keeps_words_and_drops_what_nobody_sees() -> None:
    assert Text().parse("  云南省\u3000昆明市\r\n西山区\u200b ") == "云南省 昆明市 西山区"
    assert Text().parse("e\u0301cole 𠮷") == "école 𠮷"
    assert Text().parse("x" * 100) == "x" * 100
    with pytest.raises(InvalidValue, match="最多填写100个字，现在有101个字"):
        Text().parse("字" * 101)
    for typed in ("\u202eabc", "a\x00", "\ud800", "a\u2066b", "\ufdd0"):
        with pytest.raises(InvalidValue, match="看不见的控制字符"):
            Text().parse(typed)


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
@given(typed=st.text(st.characters(exclude_categories=()), max_size=60))
def test_logins_are_stable(typed: str) -> None:
    login = normalise_login(typed)
    assert normalise_login(login) == login
    assert not any(char.isspace() for char in login)
    login.encode()
