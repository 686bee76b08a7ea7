"""首页 about certificates: what is not in force is said, with reason, day, what to do and whom to ask."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from anguan.core import clock
from anguan.matters import certificate_sanction
from anguan.models import Certificate, CertificateStatus
from anguan.portal.tasks.certificate_tasks import WHAT_TO_DO
from anguan.services.codes import StatusCode
from anguan.services.words import STATUS_OF, STATUS_WORDS
from tests.support.client import AppClients
from tests.support.portal_client import Holder

PHONE = 'href="tel:0871-0000000">0871-0000000</a></span>'


@pytest.fixture
def holder(clients: AppClients) -> Holder:
    return Holder(clients, clients.scenario.stranger)


def bring_to(clients: AppClients, **columns: object) -> None:
    """Set columns of the only certificate of the holder."""
    certificate = clients.scenario.certificate(clients.scenario.stranger).id
    with clients.rows() as session:
        session.execute(update(Certificate).where(Certificate.id == certificate).values(**columns))


def test_every_status_but_valid_has_its_card(clients: AppClients, holder: Holder) -> None:
    far = clock.today() + timedelta(days=900)
    for status in CertificateStatus:
        bring_to(clients, status=status, status_reason="处理文书一号", valid_until=far)
        text = holder.open("/my/")
        if status == CertificateStatus.VALID:
            assert "一切正常" in text
            continue
        code = STATUS_OF[status]
        assert "一切正常" not in text, status
        for words in (f"证书状态：{STATUS_WORDS[code]}", "原因：处理文书一号", WHAT_TO_DO[code]):
            assert words in text, (status, words)
        assert PHONE in holder.page, status


def test_every_status_of_a_certificate_is_known() -> None:
    in_force = {StatusCode.VALID, StatusCode.EXPIRING}
    assert set(WHAT_TO_DO) == set(STATUS_OF.values()) - in_force | {StatusCode.RENEWAL_PENDING}


def test_a_certificate_past_its_day_is_named_at_once(clients: AppClients, holder: Holder) -> None:
    bring_to(clients, valid_until=clock.today() - timedelta(days=1))
    today = clock.today()
    assert f"证书状态：已过期，自{today.month}月{today.day}日起" in holder.open("/my/")


def test_what_expires_and_cannot_be_renewed_says_why(clients: AppClients, holder: Holder) -> None:
    bring_to(clients, valid_until=clock.today())
    text = holder.open("/my/")
    assert "现在不能办理延续" in text
    assert "现在已过期限" in text
    bring_to(clients, valid_until=clock.today() + timedelta(days=40))
    other = clients.scenario.filed("certificate_change", clients.scenario.stranger)
    assert f"申请{other.number}还在办理中" in holder.open("/my/")


def test_a_renewal_under_review_needs_no_card(clients: AppClients, holder: Holder) -> None:
    scenario = clients.scenario
    scenario.filed("certificate_renewal", scenario.stranger)
    assert "一切正常" in holder.open("/my/")
    bring_to(clients, valid_until=clock.today() - timedelta(days=1))
    assert "证书状态：有效期已过，延续审核中" in holder.open("/my/")


def test_a_suspension_says_since_when(clients: AppClients, holder: Holder) -> None:
    scenario = clients.scenario
    typed = {"certificate.status": "suspended", "certificate.status_reason": "处理文书二号"}
    certificate = scenario.certificate(scenario.holder)
    request = scenario.filed(certificate_sanction.MATTER, scenario.clerk, **typed)
    scenario.approve(request)
    mine = Holder(clients, scenario.holder)
    today = clock.today()
    text = mine.open("/my/")
    assert f"证书状态：暂扣，自{today.month}月{today.day}日起" in text
    assert "原因：处理文书二号" in text
    assert f"/my/certificates/{certificate.id}" in mine.page
