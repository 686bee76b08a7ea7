"""电子证照转换, 个人端 2 and 3: 重新上传, the photo tool of the manual, and the photo in the next request."""

from pathlib import Path

from anguan.demo.listing import login_of
from tests.browser.conftest import Meet
from tests.browser.support.documents import Documents
from tests.browser.support.filing import submit_request
from tests.browser.support.photo_tool import PhotoTool, draw_picture

TIPS = (
    "操作提示",
    "① 滚动鼠标滚轮，可调整图片大小；",
    "② 鼠标选中并拖动裁剪框蓝色功能点，可调整裁剪框大小；",
    "③ 裁剪框区域内，点击左键拖动可移动裁剪框位置；",
    "④ 裁剪框区域外，点击左键拖动可移动裁剪图片位置；",
)
NOTES = (
    "① 本人近期免冠正面白底彩色电子证件照片；",
    "② 图像分辨率不低于440×572像素，且高宽比为1.3，格式为jpg。",
    "③ 友情提示：报考人对照片质量负责，如因照片质量影响考试、成绩及证书，由本人负责。",
)


def test_a_new_photo_by_the_tool(meet: Meet, documents: Documents, tmp_path: Path) -> None:
    """From 个人信息 through the tool to a request that has the photo, by the words on the pages."""
    holder = meet(login_of("renewing"))
    holder.menu("个人信息")
    holder.follow("重新上传证件照片")
    assert holder.heading() == "证件照片审核处理工具"
    holder.sees(*TIPS, *NOTES, "示例区", "裁剪结果")
    with holder.page.expect_file_chooser() as chooser:
        holder.tap("打开文件")
    chooser.value.set_files(draw_picture(tmp_path / "照片.jpg"))
    tool = PhotoTool(holder.page)
    tool.wait_open()
    for _ in range(3):
        holder.tap("框小")
    tool.show()
    tool.drag(tool.positions()[0].middle, (0, 18))
    tool.wait_checked()
    holder.sees("裁剪框", *NOTES)
    holder.press("保存并使用")
    assert holder.heading() == "个人信息"
    holder.sees("证件照片已保存", "待使用")
    assert holder.page.get_by_alt_text("等待使用的新照片").evaluate("one => one.naturalWidth") == 600

    holder.press("修改证件信息")
    holder.attach("身份证国徽面扫描件", documents.card)
    holder.attach("身份证姓名面扫描件", documents.card)
    number = submit_request(holder, "证件信息变更申请")
    holder.menu("个人信息")
    holder.sees("待审核", f"随 {number} 审核")
    assert holder.page.get_by_alt_text("等待审核的新照片").evaluate("one => one.naturalWidth") == 600
