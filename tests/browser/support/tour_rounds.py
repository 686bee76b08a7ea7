"""Parts of the tour that need preparation: pages behind a form, a code, a mistake or a first login."""

from sqlalchemy import select

from anguan.auth.kept_forms import keep_form
from anguan.demo.listing import login_of
from anguan.extensions import db
from anguan.models import Account, Certificate, PolicyValue
from tests.browser.support.documents import Documents
from tests.browser.support.filing import attach_all, begin_renewal
from tests.browser.support.reviewer import open_request
from tests.browser.support.tour import Tour


def visit_codes_and_mistakes(tour: Tour) -> None:
    """Verification codes of certificates, and mistyped addresses."""
    with tour.person("astray") as visitor:
        tour.visit("astray", visitor, *tour.special_addresses())


def file(tour: Tour, documents: Documents) -> None:
    """The confirmation page as it opens and without the commitment; the receipt."""
    with tour.person("filing", login_of("renewing")) as holder:
        begin_renewal(holder)
        attach_all(holder, documents)
        holder.press("延续申请")
        tour.visit("filing", holder, holder.page.url)
        holder.press("提交延续申请")
        tour.broken.add("portal.review")
        tour.judge("filing", holder, "portal.review with faults")
        keep_text(tour, login_of("renewing"))
        tour.visit("filing", holder, "/unsent")
        waiting = tour.request_of("waiting")
    with tour.person("filing", login_of("waiting")) as holder:
        tour.visit("filing", holder, f"/my/requests/{waiting}/receipt", f"/my/requests/{waiting}/edit")


def keep_text(tour: Tour, login: str) -> None:
    """A form of this account that was sent after its login had ended."""
    with tour.site.rows() as session:
        account = session.scalars(select(Account.id).where(Account.login == login)).one()
    with tour.site.app.app_context():
        keep_form(db.session, account, "/my/profile", {"person.position": ["安全总监"]})
        db.session.remove()


def use_photo_tool(tour: Tour, documents: Documents) -> None:
    """The photo tool empty, with a picture, and after a file that is no picture."""
    with tour.person("framing", login_of("renewing")) as holder:
        holder.open("/my/profile/photo")
        tour.judge("framing", holder, "portal.photo_tool with nothing")
        place = holder.page.locator("[data-photo-file]")
        place.set_input_files(documents.photo)
        holder.page.locator("[data-photo-stage]:not([data-empty])").wait_for()
        tour.judge("framing", holder, "portal.photo_tool")
        place.set_input_files(documents.empty)
        holder.page.get_by_role("alert").filter(has_text="空文件").wait_for()
        tour.judge("framing", holder, "portal.photo_tool with faults")
        holder.open("/my/profile")
        tour.judge("framing", holder, "portal.profile")


def decide(tour: Tour) -> None:
    """A decision without a reason; the three columns; a transfer without a colleague chosen."""
    waiting = tour.request_of("waiting")
    with tour.person("deciding", "SHENHE1") as reviewer:
        reviewer.menu("待审队列")
        number = (
            reviewer.page.get_by_role("main").get_by_role("link").filter(has_text="YX").first.inner_text()
        )
        open_request(reviewer, number)
        tour.judge("deciding", reviewer, "panel_request.review")
        reviewer.follow("不通过…")
        reviewer.tap("不通过")
        reviewer.page.get_by_role("alert").wait_for()
        tour.broken.add("panel_request.review")
        tour.judge("deciding", reviewer, "panel_request.review with faults")
        tour.visit("deciding", reviewer, "/panel/search/?q=岑", f"/panel/requests/{waiting}/compare")
        tour.visit("deciding", reviewer, f"/panel/requests/{waiting}/transfer")
        reviewer.press("转办")
        reviewer.page.get_by_role("alert").wait_for()
        tour.broken.add("panel_request.choose")
        tour.judge("deciding", reviewer, "panel_request.choose with faults")


def file_correction(tour: Tour, documents: Documents) -> None:
    """A correction filed by the office, from the form to the number; a case of the audit sample."""
    with tour.person("deciding", "SHENHE2") as clerk:
        page = clerk.page
        with tour.site.rows() as session:
            about = session.scalars(
                select(Certificate.id).where(Certificate.document_number == login_of("suspended"))
            ).one()
        clerk.open(f"/panel/certificates/details/?id={about}")
        clerk.press("暂扣、撤销等…")
        tour.visit("deciding", clerk, page.url)
        clerk.press("核对并提交")
        page.get_by_role("alert").wait_for()
        tour.broken.add("panel_filing.edit")
        tour.judge("deciding", clerk, "panel_filing.edit with faults")
        clerk.labelled("处理决定").select_option(label="发还")
        clerk.fill("文号和理由", "示例水安〔2026〕9 号：调查结束，予以发还")
        page.locator("[name='paper.document']").set_input_files(documents.scan)
        clerk.press("核对并提交")
        tour.visit("deciding", clerk, page.url.replace("/check", "/edit"), page.url)
        clerk.press("提交证书处理")
        page.get_by_role("alert").wait_for()
        tour.broken.add("panel_filing.check")
        tour.judge("deciding", clerk, "panel_filing.check with faults")
        clerk.labelled("以上内容我已逐项核对，并作出上述承诺").check()
        clerk.press("提交证书处理")
        tour.visit("deciding", clerk, page.url, "/panel/filing/")
    with tour.person("deciding", "FUHE") as senior:
        senior.open("/panel/audits/?flt_mine=me&flt_outcome=open")
        senior.page.get_by_role("main").get_by_role("link").filter(has_text="复查").first.click()
        senior.button("提交结论").wait_for()
        tour.visit("deciding", senior, senior.page.url)
        senior.press("提交结论")
        tour.broken.add("panel_audit.details")
        tour.judge("deciding", senior, "panel_audit.details with faults")


def batch(tour: Tour) -> None:
    """A batch by keyboard from the queue through the preview to the report, then undone."""
    waiting = tour.request_of("waiting")
    with tour.site.change() as session:
        session.merge(PolicyValue(name="undo_seconds", value="600"))
    with tour.person("deciding", "SHENHE1") as reviewer:
        page = reviewer.page
        reviewer.open("/panel/queue/")
        tour.judge("deciding", reviewer, "panel_queue.index_view")
        page.keyboard.press("j")
        page.keyboard.press("x")
        reviewer.reads("已选 1 件")
        reviewer.button("批量通过…").focus()
        with page.expect_navigation(wait_until="load"):
            page.keyboard.press("Enter")
        tour.visit("deciding", reviewer, f"/panel/batch/?id={waiting}&id={tour.request_of('returned')}")
        reviewer.button("开始办理").focus()
        page.keyboard.press("Enter")
        reviewer.link("看结果和撤回").wait_for()
        tour.judge("deciding", reviewer, "panel_batch.rehearse when it is done")
        with page.expect_navigation(wait_until="load"):
            page.keyboard.press("Enter")
        tour.visit("deciding", reviewer, page.url, "/panel/done/")
        page.go_back()
        reviewer.tap("全部撤回")
        reviewer.press("全部撤回", page.get_by_role("dialog"))
        reviewer.sees("已撤回 1 件")


def visit_first_login(tour: Tour) -> None:
    """The login and registration pages that only a new person sees."""
    with tour.person("first") as newcomer:
        login = login_of("newcomer")
        newcomer.log_in(login, login[-6:])
        tour.visit("first", newcomer, newcomer.page.url)
        newcomer.press("设置密码并进入")
        tour.broken.add("account.activate")
        tour.judge("first", newcomer, "account.activate with faults")
    tour.site.reopen(second_factor="on")
    with tour.person("first", "SHENHE2") as clerk:
        tour.visit("first", clerk, clerk.page.url)
        clerk.press("启用并进入")
        tour.broken.add("account.second_factor")
        tour.judge("first", clerk, "account.second_factor with faults")


def configure(tour: Tour) -> None:
    """Settings rows for a matter, and the pages on which they are edited."""
    with tour.person("configuring", "ADMIN") as admin:
        page = "/panel/matters/certificate_change"
        admin.open(page)
        for link in ("修改标题与指南", "修改承诺书", "修改证书有效"):
            admin.follow(link)
            admin.press("保存")
        admin.follow("新增问题")
        for label, words in (("代码", "worked_years"), ("问题", "从事安全管理几年")):
            admin.fill(label, words)
        admin.press("保存")
        tour.judge("configuring", admin, "panel_matter.page with rows")
        for link in ("修改标题与指南", "修改承诺书", "修改证书有效", "修改从事安全管理几年"):
            admin.open(page)
            admin.follow(link)
            tour.visit("configuring", admin, admin.page.url)
        tour.visit("configuring", admin, "/panel/materials/", "/panel/questions/", "/panel/rules/")
        tour.visit("configuring", admin, "/panel/steps/", "/panel/recusals/")
        with tour.site.rows() as session:
            clerk = session.scalars(select(Account.id).where(Account.login == "SHENHE1")).one()
        tour.visit("configuring", admin, f"/panel/accounts/edit/?id={clerk}")
    with tour.person("configuring", "SHENHE1") as reviewer:
        tour.visit("configuring", reviewer, "/panel/requests/", "/panel/documents/", "/panel/requests/next")
