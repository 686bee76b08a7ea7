"""社保: months for which an enterprise insured a person."""

from typing import Any

from sqlalchemy.orm import joinedload
from wtforms import Form
from wtforms.validators import ValidationError

from anguan.models import Insurance
from anguan.panel.common import formatting
from anguan.panel.common.form_fields import day, text
from anguan.panel.lists.list_query import Order
from anguan.panel.register.external_records import ExternalRecordView, PersonField, of_person


class InsuranceForm(PersonField, Form):
    """Months for which an enterprise insured a person."""

    person = text("证件号码", 40)
    enterprise = text("统一社会信用代码", 18)
    first_month = day("起始月", required=True, hint="填这个月的第一天，例如 2026-01-01。")
    last_month = day("截止月", required=True, hint="填这个月的第一天。")

    def validate_last_month(self, field: Any) -> None:
        """The last month is not before the first, and both are months. Raises ValidationError."""
        first, last = self.first_month.data, field.data
        if not first or not last or isinstance(first, str) or isinstance(last, str):
            return
        if last < first:
            raise ValidationError("截止月不能早于起始月")
        self.first_month.data, field.data = first.replace(day=1), last.replace(day=1)


class InsuranceView(ExternalRecordView):
    """社保."""

    form = InsuranceForm
    column_list = ("person", "document", "enterprise", "first_month", "last_month")
    cells = {
        **ExternalRecordView.people,
        "enterprise": lambda row: row.enterprise.name,
        "first_month": lambda row: formatting.number(f"{row.first_month:%Y-%m}"),
        "last_month": lambda row: formatting.number(f"{row.last_month:%Y-%m}"),
    }
    options = (joinedload(Insurance.person), joinedload(Insurance.enterprise))
    order = Order(Insurance.id, descending=True)
    column_filters = of_person(Insurance)
    noted = ("first_month", "last_month")
    new_word = "登记社保"
