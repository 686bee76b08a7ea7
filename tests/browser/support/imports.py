"""Import pages of the tour: errors of the form, a running batch, rejected lines, a check without problems."""

from pathlib import Path

from tests.browser.support.tour import Tour
from tests.support.imports import PEOPLE, csv_file, person


def upload_import(tour: Tour, folder: Path) -> None:
    """Upload a file and look at each state; the page reloads itself while the worker runs."""
    bad, good = folder / "有错的名单.csv", folder / "名单.csv"
    bad.write_bytes(csv_file(PEOPLE, person(1), person(1, phone="12345", name="")))
    good.write_bytes(csv_file(PEOPLE, person(1), person(2)))
    with tour.person("importing", "ADMIN") as clerk:
        clerk.menu("导入")
        clerk.press("上传并检查")
        clerk.page.get_by_role("alert").wait_for()
        tour.judge("importing", clerk, "panel_import.index with faults")
        for path, words in ((bad, "2 行中有 1 行要改"), (good, "检查通过：新增 2 人")):
            clerk.open("/panel/imports/")
            clerk.page.get_by_label("导入什么").select_option("people")
            clerk.page.get_by_label("文件").set_input_files(path)
            clerk.press("上传并检查")
            tour.visit("importing", clerk, clerk.page.url)
            tour.site.work()
            clerk.page.get_by_text(words).wait_for()
            tour.judge("importing", clerk, f"panel_import.show of {path.name}")
