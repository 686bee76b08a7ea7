"""The tour of the site: every role opens every kind of page, at both widths, also with errors in it."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator
from sqlalchemy import select

from anguan.demo.listing import login_of
from anguan.models import Certificate, ChangeRequest, Edition
from anguan.models import Person as Holder
from tests.browser.support.axe import SOURCE, find_dead_links, find_faults, find_violations
from tests.browser.support.crawl import Crawl, at_widths
from tests.browser.support.person import NARROW, WIDE, Person
from tests.browser.support.server import DemoSite

STARTS = {
    "anonymous": ("", ["/"]),
    "renewing": (login_of("renewing"), ["/my/"]),
    "approved": (login_of("approved"), ["/my/"]),
    "returned": (login_of("returned"), ["/my/"]),
    "rejected": (login_of("rejected"), ["/my/"]),
    "draft": (login_of("draft"), ["/my/"]),
    "mismatch": (login_of("mismatch"), ["/my/"]),
    "minority": (login_of("minority"), ["/my/"]),
    "enterprise": (login_of("jia"), ["/my/"]),
    "administrator": ("ADMIN", ["/panel/", "/reauth"]),
    "senior": ("FUHE", ["/panel/"]),
    "reviewer": ("SHENHE2", ["/panel/"]),
    "officer": ("KAOWU", ["/panel/"]),
    "auditor": ("SHENJI", ["/panel/"]),
}
FIELDS = "input:not([type=hidden]):not([type=file]):visible, textarea:visible, select:visible"


class Tour:
    """`faults` by role; `known` are the kinds of pages seen, `broken` those seen with errors."""

    def __init__(self, chrome: Browser, site: DemoSite) -> None:
        self.site = site
        self.visitor = Person(chrome, site.address)
        self.visitor.context.add_init_script(path=SOURCE)
        self.faults: dict[str, list[str]] = defaultdict(list)
        self.known: set[str] = set()
        self.broken: set[str] = set()

    def go(self, who: str) -> None:
        """The tour of one role."""
        login, starts = STARTS[who]
        titles: dict[str, str] = {}
        with self.person(who) as person:
            if login:
                person.log_in_directly(login)
            crawl = Crawl(self.site.app, person, self.known)
            for endpoint in crawl.walk(starts):
                title = person.page.title()
                if title in titles:
                    self.faults[who].append(f"{endpoint} and {titles[title]} share the title {title}")
                titles[title] = endpoint
                self.judge(who, person, endpoint)
                if endpoint not in self.broken and spoil(person):
                    self.broken.add(endpoint)
                    self.judge(who, person, f"{endpoint} with faults", (NARROW,))

    @contextmanager
    def person(self, who: str, login: str = "") -> Iterator[Person]:
        """A person at the one browser; what the pages did wrong on the way counts as a fault too."""
        person = self.visitor
        if login:
            person.open(person.log_in_directly(login))
        yield person
        person.leave()
        self.faults[who] += person.complaints
        person.complaints.clear()

    def visit(self, who: str, person: Person, *addresses: str) -> None:
        """Pages to which no link leads, or only in other circumstances."""
        crawl = Crawl(self.site.app, person, self.known)
        for address in addresses:
            person.open(address)
            self.known |= {crawl.name(address), crawl.name(person.page.url)}
            self.judge(who, person, address)

    def judge(
        self, who: str, person: Person, name: str, windows: tuple[tuple[int, int], ...] = (WIDE, NARROW)
    ) -> None:
        """Check the open page at these widths; one is enough for a page that only gained messages."""
        for width in at_widths(person.page, windows):
            found = find_faults(person.page) + find_violations(person.page)
            self.faults[who] += [f"{name} at {width}: {fault}" for fault in found]
        self.faults[who] += [f"{name}: {fault}" for fault in find_dead_links(person.page)]

    def special_addresses(self) -> list[str]:
        """Addresses reached by a code or by mistake: every verification result, and a missing page."""
        with self.site.rows() as session:
            old = select(Edition.qr_token).join(Certificate).join(Holder)
            tokens = [
                session.scalars(
                    old.where(Holder.document_number == login_of(key)).order_by(Edition.version)
                ).first()
                for key in ("renewing", "approved", "cancelled", "lapsed")
            ]
        checks = ["/check?number=&name=", "/check?number=A&name=B", "/check/nothing", "/nothing"]
        return [*checks, *(f"/check/{token}" for token in tokens), "/register/sent", "/register/licence"]

    def request_of(self, key: str) -> int:
        """The newest request of a person of the demo data."""
        with self.site.rows() as session:
            found = session.scalars(
                select(ChangeRequest.id)
                .join(Holder)
                .where(Holder.document_number == login_of(key))
                .order_by(ChangeRequest.id.desc())
            ).first()
        assert found
        return found


def spoil(person: Person) -> bool:
    """Submit the page's form with nothing in it; says whether the page came back with errors."""
    form = person.page.locator("main form[method=post]").filter(has=person.page.locator(FIELDS)).first
    if not form.count():
        return False
    button = form.locator(".btn--main:visible").last
    if not button.count():
        return False
    for field in form.locator(FIELDS).all():
        _empty(field)
    with person.page.expect_navigation(wait_until="load"):
        button.click()
    return person.page.locator(".errors").count() > 0


def _empty(field: Locator) -> None:
    kind = field.evaluate("one => one.tagName + (one.readOnly ? ' kept' : '') + ' ' + one.type")
    if kind.startswith("SELECT"):
        if field.locator("option[value='']").count():
            field.select_option("")
    elif kind.endswith("checkbox") and field.evaluate("one => 'download' in one.form.dataset"):
        # A file comes back instead of the page unless something is missing.
        field.uncheck()
    elif kind.endswith(("checkbox", "radio")) or " kept" in kind:
        return
    else:
        field.fill("")
