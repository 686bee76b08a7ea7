"""登记簿: enterprises."""

from typing import Any

from sqlalchemy import ColumnElement

from anguan.models import Certificate, Enterprise
from anguan.panel.common import formatting
from anguan.panel.common.search import contains, is_exactly, matching_ids
from anguan.panel.lists.filters import OneOf
from anguan.panel.lists.list_query import Order
from anguan.panel.register.register import RegisterView, certificates_where, url_of


class EnterpriseView(RegisterView):
    """企业."""

    def has(self, name: str) -> bool:
        """An enterprise has no masked values, so there is no reveal route."""
        return super().has(name) and name != "reveal"

    history = "enterprise_id"
    searches = "企业名称、统一社会信用代码"
    cut = ("name", "legal_representative", "contact", "address")
    column_list = ("name", "uscc", "region", "legal_representative", "contact")
    column_labels = {
        "name": "企业名称", "uscc": "统一社会信用代码", "region": "地区",
        "legal_representative": "法定代表人", "contact": "联系人", "address": "地址", "phone": "联系电话",
    }  # fmt: skip
    cells = {
        "name": lambda row: formatting.link(url_of("panel_enterprise", row.id), row.name, plain=True),
        "uscc": lambda row: formatting.number(row.uscc),
        "region": lambda row: formatting.region_name(row.region),
        "phone": lambda row: formatting.phone(row.phone),
        "contact": lambda row: row.contact or formatting.QUIET,
    }
    exports = {"name": lambda row: row.name}
    more_columns = ("address", "phone")
    order = Order(Enterprise.id, descending=True)
    sorts = {"name": Enterprise.name, "uscc": Enterprise.uscc}
    column_filters = (OneOf("region", "地区", formatting.regions, lambda v: Enterprise.region == v),)

    def seek(self, text: str) -> ColumnElement[bool]:
        """A part of the name, or the whole credit code."""
        return matching_ids(
            Enterprise.id, contains("enterprise", Enterprise.id, text), is_exactly(Enterprise.uscc, text)
        )

    def subject(self, row: Enterprise) -> dict[str, Any]:
        """Subject of an event on this enterprise."""
        return {"enterprise": row}

    def rows_of(self, row: Enterprise, open_numbers: bool) -> list[tuple[str, Any]]:
        """Registered values of the enterprise."""
        return [
            ("企业名称", row.name),
            ("统一社会信用代码", formatting.number(row.uscc)),
            ("法定代表人", row.legal_representative),
            ("地区", formatting.region_name(row.region)),
            ("地址", row.address),
            ("联系人", row.contact),
            ("联系电话", formatting.number(row.phone)),
        ]

    def more(self, row: Enterprise) -> dict[str, Any]:
        """Certificates of its people."""
        return {"heading": row.name, "certificates": certificates_where(Certificate.enterprise_id == row.id)}
