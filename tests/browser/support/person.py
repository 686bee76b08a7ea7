"""A person in front of a browser: acts by the words on the page, and fails on what no page may do."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
)
from playwright.sync_api import Error as PlaywrightError

from anguan.demo.fixtures import PASSWORD
from tests.browser.support.axe import find_broken_lines
from tests.support.client import TOKEN

WIDE, NARROW = (1280, 900), (360, 740)
SETTLED = re.compile("^(?!正在|等待)")
"""What a slot says once a chosen file was sent or refused."""
LEFT = "Execution context was destroyed"
"""What Playwright says when a page goes while it is asked something."""
LOST = re.compile(r"^Failed to load resource: the server responded with a status of 4\d\d")
"""Chromium's console message about an error status; the test itself judges the status."""


class Person:
    """One browser of one person. `close` fails when a page broke a rule on the way."""

    def __init__(
        self, chrome: Browser, address: str, size: tuple[int, int] = WIDE, scripts: bool = True
    ) -> None:
        self.address, self.scripts = address, scripts
        self.complaints: list[str] = []
        self.context: BrowserContext = chrome.new_context(
            base_url=address,
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=scripts,
            accept_downloads=True,
        )
        self.context.set_default_timeout(20_000)
        self.page: Page = self.context.new_page()
        self._listen(self.page)

    def open(self, path: str) -> Response | None:
        """Open an address."""
        return self.page.goto(path)

    def log_in(self, login: str, secret: str = PASSWORD) -> None:
        """Log in as the manual says."""
        self.open("/login")
        self.fill("账号", login)
        self.fill("密码", secret)
        self.press("登录")

    def log_in_directly(self, login: str) -> str:
        """Log in without typing, where the login page is not what is tested; gives the page it leads to."""
        login_page = self.context.request.get("/login").text()
        found = TOKEN.search(login_page)
        assert found
        form = {"csrf_token": found[1], "login": login, "password": PASSWORD}
        answer = self.context.request.post("/login", form=form, max_redirects=0)
        assert answer.status == 302, login
        return answer.headers["location"]

    def leave(self) -> None:
        """Clear the cookies; nothing of this person stays in the browser."""
        self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        self.context.clear_cookies()
        self.page.goto("about:blank")

    def log_out(self) -> None:
        """End the session and go back to the login page."""
        self.page.locator(".avatar summary").click()
        self.press("退出登录")

    def fill(self, label: str, text: str) -> None:
        """Type into the field with this label."""
        self.labelled(label).fill(text)

    def labelled(self, label: str) -> Locator:
        """The field with this label, with or without the mark of a required field and its note.

        修改 is pressed where an unchanged value stands as text.
        """
        words = re.compile(rf"^\*?{re.escape(label)}(（选填）)?$")
        found = self.page.get_by_label(words)
        folded = self.page.locator("details.edit:not([open])").filter(has=found)
        if folded.count():
            folded.locator("summary").first.click()
        return found.filter(visible=True).first

    def press(self, words: str, within: Locator | None = None) -> None:
        """Press the button with these words and wait for the page that follows."""
        self.judge_lines()
        with self.page.expect_navigation(wait_until="load"):
            self.button(words, within).click()

    def tap(self, words: str, within: Locator | None = None) -> None:
        """Press a button that leads to no other page."""
        self.button(words, within).click()
        self.judge_lines()

    def button(self, words: str, within: Locator | None = None) -> Locator:
        """The button with these words, or the link that looks like one."""
        place, name = within or self.page, _named(words)
        links = place.get_by_role("link", name=name).and_(self.page.locator("a.btn"))
        return place.get_by_role("button", name=name).or_(links).filter(visible=True).first

    def follow(self, words: str, within: Locator | None = None) -> None:
        """Click on the link with these words and wait for the page."""
        self.judge_lines()
        with self.page.expect_navigation(wait_until="load"):
            self.link(words, within).click()

    def link(self, words: str, within: Locator | None = None) -> Locator:
        """The link with these words."""
        return (within or self.page).get_by_role("link", name=_named(words)).filter(visible=True).first

    def menu(self, words: str) -> None:
        """Click on an entry of the menu, which is folded away where there is no room for it."""
        folded = self.page.locator(".panel-nav__small > summary").filter(visible=True)
        if folded.count():
            folded.click()
        names = re.compile("^(主菜单|菜单)$")
        self.follow(words, self.page.get_by_role("navigation", name=names).filter(visible=True).last)

    def attach(self, title: str, paper: Path | list[Path]) -> None:
        """Choose files for a material; a script sends them at once, else the form does."""
        self._file_field(title).set_input_files(paper)
        if self.scripts:
            self.wait_until_sent(title)

    def wait_until_sent(self, title: str) -> None:
        """The file chosen for a material was sent or refused.

        The first one changes the address of a new form, which a browser reports as a navigation.
        """
        slot = self.page.locator("[data-slot]").filter(has=self._file_field(title))
        slot.locator(".drop__chosen li, .field__error").filter(has_text=SETTLED).first.wait_for()

    def _file_field(self, title: str) -> Locator:
        return self.page.get_by_label(re.compile(rf"^(选择文件或拍照|再加一份|换一份)：{re.escape(title)}$"))

    def reads(self, words: str | re.Pattern[str]) -> None:
        """The words are visible on the page."""
        self.page.get_by_text(words).filter(visible=True).first.wait_for()
        self.judge_lines()

    def sees(self, *words: str) -> None:
        """Each of these words is visible in the main part of the page now."""
        said = self.main()
        missing = [word for word in words if word not in said]
        assert not missing, f"{self.page.url}: no {missing} in {said}"

    def main(self) -> str:
        """The text of the main part of the page, on one line."""
        return " ".join(self.page.get_by_role("main").inner_text().split())

    def fits(self) -> None:
        """Nothing on the page is wider than the screen."""
        over = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, f"{self.page.url} is {over} pixels too wide"

    def judge_lines(self) -> None:
        """No time or number is broken over lines, in what scripts wrote since the page opened too.

        A page that is being left meanwhile is not judged: its own steps have judged it before.
        """
        if not self.scripts:
            return
        try:
            broken = find_broken_lines(self.page)
        except PlaywrightError as error:
            if LEFT not in str(error):
                raise
            return
        if broken:
            self.complaints.append(f"{self.page.url}: broken over lines {broken}")

    def heading(self) -> str:
        """The page's one heading."""
        return " ".join(self.page.get_by_role("heading", level=1).inner_text().split())

    def download(self, words: str, within: Locator | None = None) -> bytes:
        """Click on a link whose answer is a file, and give the file."""
        with self.page.expect_download() as coming:
            self.link(words, within).click()
        return Path(coming.value.path()).read_bytes()

    def close(self) -> None:
        """Close the browser; AssertionError if the pages broke a rule."""
        self.context.close()
        assert not self.complaints, "\n".join(self.complaints)

    def _listen(self, page: Page) -> None:
        page.on("console", self._record_message)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: script error {error}"))
        page.on("request", self._watch)
        page.on("response", self._judge)

    def _record_message(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not LOST.match(message.text):
            self.complaints.append(f"{self.page.url}: console {message.text}")

    def _watch(self, request: Request) -> None:
        to = urlsplit(request.url)
        if to.scheme not in ("data", "blob") and f"{to.scheme}://{to.netloc}" != self.address:
            self.complaints.append(f"{self.page.url}: left the host for {request.url}")

    def _judge(self, response: Response) -> None:
        if response.status >= 500 or (
            response.status >= 400 and not response.request.is_navigation_request()
        ):
            self.complaints.append(f"{self.page.url}: {response.status} for {response.url}")


def _named(words: str) -> re.Pattern[str]:
    """A pattern for the name of a button or link, whatever the blanks around its visually hidden part."""
    between = r"\s*".join(re.escape(char) for char in words if not char.isspace())
    return re.compile(f"^{between}$")
