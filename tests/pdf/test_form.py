"""Forms, commitments and receipts: blank and filled, one page, every word readable."""

from datetime import UTC, date, datetime

import pytest

from anguan.domain.field_changes import FieldChange
from anguan.pdf.form import FormRow, FormSheet, render_commitment, render_form
from anguan.pdf.receipt import Receipt, ReceiptStep, render_receipt
from tests.pdf.test_readers import RARE, READERS, count_pages, read, squeeze


def change(label: str, before: str = "", after: str = "") -> FieldChange:
    """A row of the second table."""
    return FieldChange("person.name", label, "asked", before, after, before, after)


FILER = (
    FormRow("姓名", f"岑{RARE}"),
    FormRow("性别", "女"),
    FormRow("证件号码", "590101199003070010"),
    FormRow("联系电话", "13800000000"),
    FormRow("工作单位", "云南示例甲水电工程有限公司"),
)
CHANGES = (
    change("姓名", "岑禾安", f"岑{RARE}"),
    change("技术职称", "工程师", "工程师"),
    change("工作单位", "云南示例甲水电工程有限公司", "云南示例乙水利水电建设集团有限责任公司"),
)
MATERIALS = (
    FormSheet("承诺书", True, "1 页"),
    FormSheet("申请表", True),
    FormSheet("劳动合同和社保附件", False, "必交"),
)
DECLARATION = "本人承诺所填内容和提交的材料真实、准确、完整。"
LINES = ("所填写的信息和上传的材料真实、准确、有效。", "与工作单位存在真实的劳动关系，社会保险由该单位缴纳。")


@pytest.mark.parametrize("reader", READERS)
def test_a_filled_form_shows_each_label_and_value(reader):
    pdf = render_form(
        "证书变更申请表",
        "BG2026-000412",
        filer=FILER,
        changes=CHANGES,
        materials=MATERIALS,
        declaration=DECLARATION,
        organ="示例考核管理部门",
    )
    assert count_pages(pdf) == 1
    text = squeeze(reader(pdf))
    for words in (
        *(word for row in FILER for word in (row.label, row.value)),
        *(word for row in CHANGES for word in (row.label, row.before)),
    ):
        assert words in text
    assert "云南示例乙水利水电建设集团有限责任公司" in read(pdf)
    assert f"岑{RARE}" in text
    assert text.count("不变") == 1
    assert text.count("√") == 2
    assert text.count("□") == 1
    assert "BG2026-000412" in text
    assert "第1页，共1页" in text


def test_a_blank_form_has_labels_and_no_values():
    pdf = render_form(
        "证书变更申请表",
        filer=[FormRow(row.label) for row in FILER],
        changes=[change(row.label) for row in CHANGES],
        materials=[FormSheet(sheet.title) for sheet in MATERIALS],
        declaration=DECLARATION,
    )
    text = read(pdf)
    assert count_pages(pdf) == 1
    assert "技术职称" in text
    assert "不变" not in text
    assert "√" not in text
    assert "590101199003070010" not in text


def test_many_rows_flow_to_more_pages_with_their_headings():
    pdf = render_form("证书变更申请表", "BG2026-000412", changes=CHANGES * 25, materials=MATERIALS * 9)
    pages = count_pages(pdf)
    assert pages > 2
    text = read(pdf)
    assert text.count("云南示例甲水电工程有限公司") == 25
    assert text.count("原登记内容") >= 2
    assert f"第{pages}页，共{pages}页" in text


def test_a_form_of_nothing_is_still_a_page():
    assert count_pages(render_form("证书注销申请表", opinions=())) == 1


@pytest.mark.parametrize("filled", [True, False])
def test_a_commitment_is_one_page(filled):
    filer = FILER if filled else [FormRow(row.label) for row in FILER]
    pdf = render_commitment("变更证书承诺书", LINES, filer=filer, addressee="示例考核管理部门")
    text = read(pdf)
    assert count_pages(pdf) == 1
    assert "示例考核管理部门：" in text
    for number, line in enumerate(LINES, 1):
        assert f"{number}．{line}" in text
    assert (f"岑{RARE}" in text) is filled


@pytest.mark.parametrize("reader", READERS)
def test_a_receipt_says_arrived_and_never_granted(reader):
    receipt = Receipt(
        number="BG2026-000412",
        matter="证书变更",
        filer=f"岑{RARE}",
        submitted_at=datetime(2026, 11, 23, 6, 46, tzinfo=UTC),
        due=date(2026, 12, 3),
        organ="示例考核管理部门",
        progress_url="https://example.org/my/requests/412",
        steps=(
            ReceiptStep("提交", "材料 6 份", "done"),
            ReceiptStep("考核管理部门审核", "承诺 8 个工作日", "now"),
            ReceiptStep("推送电子证"),
        ),
        facts=(FormRow("证书", "B-项目负责人"),),
        phones=(("考核管理部门", "0871-0000000"), ("技术支持", "0871-0000001")),
    )
    pdf = render_receipt(receipt)
    assert count_pages(pdf) == 1
    text = squeeze(reader(pdf))
    for words in (
        "BG2026-000412",
        "证书变更",
        f"岑{RARE}",
        "2026年11月23日14:46提交",
        "2026年12月3日",
        "已提交，待审核",
        "推送电子证",
        "撤销申请",
        "0871-0000000",
        "0871-0000001",
        "B-项目负责人",
    ):
        assert words in text
    assert "已通过" not in text
