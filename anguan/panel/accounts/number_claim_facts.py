"""What a number claim or a licence says, beside what is registered."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from anguan.auth import account_takeover, licence_claims
from anguan.core.field_types import DOCUMENT_TYPES
from anguan.domain.policies import LICENCE
from anguan.extensions import db
from anguan.models import Account, ChangeRequest, Enterprise, NumberClaim, Person
from anguan.panel.accounts.account_forms import format_state
from anguan.panel.common import formatting
from anguan.panel.register.register import seen_ids, url_of
from anguan.web.access import current_visitor, may_open

SIDES = {"front": "证件有照片的一面", "back": "证件的另一面"}
LICENCE_SIDES = {"front": "营业执照", "back": "经办人身份证"}
KINDS = (("number", "号码申诉"), (LICENCE, "企业激活"))


def title_of(row: NumberClaim) -> str:
    """The kind of a claim in words."""
    return dict(KINDS)[LICENCE if row.document_type == LICENCE else "number"]


def sides_of(row: NumberClaim) -> Mapping[str, str]:
    """The two pictures of a claim, with their titles."""
    return LICENCE_SIDES if row.document_type == LICENCE else SIDES


def number_of(row: NumberClaim) -> Any:
    """The claimed number as a list shows it; a credit code is public."""
    show = formatting.number if row.document_type == LICENCE else formatting.document
    return show(row.document_number)


def reviewer_of(row: NumberClaim) -> str:
    """Name of the reviewer who decided; '' while it is open."""
    found = db.session.get(Account, row.reviewer_id) if row.reviewer_id else None
    return found.name if found else ""


def _person_pairs(row: NumberClaim, person: Person | None, open_numbers: bool) -> list[tuple[str, Any, Any]]:
    """Values of the claimant beside the registered ones."""
    types = dict(DOCUMENT_TYPES)
    number = formatting.number if open_numbers else formatting.document
    phone = formatting.number if open_numbers else formatting.phone
    return [
        ("姓名", row.name, person.name if person else ""),
        ("证件类型", types[row.document_type], types.get(person.document_type, "") if person else ""),
        ("证件号码", number(row.document_number), number(person.document_number) if person else ""),
        ("手机", phone(row.phone), phone(person.phone) if person else ""),
    ]


def _enterprise_pairs(
    row: NumberClaim, enterprise: Enterprise | None, open_numbers: bool
) -> list[tuple[str, Any, Any]]:
    """Values of the clerk beside those of the registered enterprise."""
    phone = formatting.number if open_numbers else formatting.phone
    known = enterprise or Enterprise(uscc="", name="", legal_representative="", contact="", phone="")
    return [
        ("统一社会信用代码", number_of(row), formatting.number(known.uscc)),
        ("企业名称", "看营业执照", known.name),
        ("法定代表人", "看营业执照", known.legal_representative),
        ("经办人、登记的联系人", row.name, known.contact),
        ("经办人手机、登记的电话", phone(row.phone), phone(known.phone)),
    ]


def describe_account(held: Account | None) -> dict[str, Any] | None:
    """The account that holds the number now, with its number of open requests."""
    if held is None:
        return None
    count = select(func.count()).where(
        ChangeRequest.filer_id == held.id,
        ChangeRequest.state.in_(("draft", "submitted", "decided", "returned")),
    )
    return {
        "state": format_state(held),
        "opened": held.created_at,
        "phone": formatting.phone(held.phone),
        "requests": db.session.scalar(count) or 0,
    }


def compare(row: NumberClaim, open_numbers: bool) -> list[tuple[str, Any, Any]]:
    """What the claimant says beside what is registered, as (title, claimed, registered)."""
    if row.document_type == LICENCE:
        return _enterprise_pairs(row, licence_claims.registered_enterprise(db.session, row), open_numbers)
    return _person_pairs(row, account_takeover.registered_person(db.session, row), open_numbers)


def account_of(row: NumberClaim) -> Account | None:
    """The account that has the claimed number now."""
    find = (
        licence_claims.enterprise_account
        if row.document_type == LICENCE
        else account_takeover.registered_account
    )
    return find(db.session, row)


def account_url(account: Account | None) -> str:
    """The page of the account, where its login is reset; '' for those who may not open it."""
    opens = may_open(current_visitor(), "panel_account.details_view")
    if account is None or not opens or not seen_ids(Account, {account.id}):
        return ""
    return url_of("panel_account", account.id)
