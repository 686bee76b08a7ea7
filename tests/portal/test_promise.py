"""One promise, one date: every page and PDF about a request shows the due date of the clock that runs."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO

from pypdf import PdfReader
from werkzeug.routing import Rule

from anguan.core import clock
from anguan.domain.calendar import due_at, load_calendar, promised_day
from tests.repository.test_repository import ROOT, text_of, tracked
from tests.support.portal_client import Holder

DAY = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日（含）前")
BARE = re.compile(r"\d日(?:24:00)?(?:之?前|（含当日）)")
"""A deadline without saying whether the day itself counts."""
NEEDS_MORE = {"portal.certificate_pdf", "portal.file"}
"""Certificates, and documents that holders uploaded: not about a request."""


def addresses(holder: Holder, id: int) -> Iterator[str]:
    """Every page of the portal, those about a request for this one."""
    with holder.clients.app.test_request_context():
        for rule in holder.clients.app.url_map.iter_rules():
            if not rule.endpoint.startswith("portal.") or "GET" not in (rule.methods or ()):
                continue
            if (values := arguments(rule, id, holder)) is not None:
                built = rule.build(values, append_unknown=False)
                assert built
                yield str(built[1])


def arguments(rule: Rule, id: int, holder: Holder) -> dict[str, object] | None:
    """Values for the arguments of a rule; None where the page is about something else."""
    if rule.endpoint in NEEDS_MORE:
        return None
    about = holder.scenario.certificate().id if "certificates" in rule.rule else id
    values = {"id": about, "code": "certificate_change", "paper": "application"}
    return {name: values[name] for name in rule.arguments} if rule.arguments <= set(values) else None


def texts(holder: Holder, id: int) -> dict[str, str]:
    """Text of each page and PDF without blanks, by address."""
    found = {}
    for address in addresses(holder, id):
        answer = holder.browser.get(address)
        if answer.mimetype == "application/pdf":
            pages = PdfReader(BytesIO(answer.data)).pages
            found[address] = "".join("".join(page.extract_text().split()) for page in pages)
        elif answer.status_code == 200 and answer.mimetype == "text/html":
            found[address] = holder.text
    return found


def told(words: dict[str, str]) -> dict[str, set[date]]:
    """The days that pages name as promise, by address; every deadline says that its day counts."""
    found = {}
    for address, text in words.items():
        assert not BARE.search(text), (address, BARE.search(text))
        days = {
            date(int(year or clock.today().year), int(month), int(day))
            for year, month, day in DAY.findall(text)
        }
        if days:
            found[address] = days
    return found


def test_every_page_shows_the_date_of_the_clock_that_runs(holder: Holder) -> None:
    scenario, begun = holder.scenario, clock.now()
    id = scenario.filed("certificate_change").id
    with clock.frozen_at(begun + timedelta(days=3)):
        scenario.decide(holder.row(id), "return", remarks={"field:certificate.position": "与任命书不一致"})
    left = holder.row(id).paused_days
    assert left is not None
    with clock.frozen_at(datetime.combine(clock.today() + timedelta(days=20), time(10), clock.BEIJING)):
        log_in_again(holder)
        promised = promised_day(due_at(load_calendar(scenario.session), clock.now(), max(left, 0)))
        holder.save(id, save="1", **{"certificate.position": "安全总监"})
        form = holder.open_confirm(id)
        shown = told({"confirm": holder.text, "progress": holder.open(f"/my/requests/{id}")})
        assert shown["confirm"] == {promised}
        assert promised in shown["progress"]
        assert holder.submit(id, **form).location.endswith("/receipt")
        assert promised_day(holder.row(id).due_at) == promised
        shown = told(texts(holder, id))
        about = {address: days for address, days in shown.items() if f"/requests/{id}" in address}
        assert {f"/my/requests/{id}{page}" for page in ("", "/receipt", "/receipt.pdf")} <= set(about)
        assert set().union(*about.values()) == {promised}
        assert promised in shown["/my/"]


def log_in_again(holder: Holder) -> None:
    """A new session, for the earlier one has ended meanwhile."""
    holder.browser = Holder(holder.clients, holder.account).browser


def test_days_to_the_end_are_counted_once_on_a_page(holder: Holder) -> None:
    text = holder.open("/my/")
    left = (holder.scenario.certificate().valid_until - clock.today()).days
    assert f"距到期{left}天" in text
    assert f"{left - 1}天" not in text


def test_no_page_counts_a_promise_of_its_own() -> None:
    counted = {
        str(path.relative_to(ROOT))
        for path in tracked(".py")
        if "anguan" in path.parts and "due_at(" in text_of(path)
    }
    assert counted == {"anguan/domain/calendar.py", "anguan/panel/requests/request_list.py"}
