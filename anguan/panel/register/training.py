"""教育学时: hours of safety training."""

from sqlalchemy.orm import joinedload
from wtforms import Form

from anguan.models import Training
from anguan.panel.common.form_fields import text, whole_number
from anguan.panel.lists.list_query import Order
from anguan.panel.register.external_records import ExternalRecordView, PersonField, of_person


class TrainingForm(PersonField, Form):
    """Training hours of one year."""

    person = text("证件号码", 40)
    year = whole_number("年度", 2000, 2100, required=True)
    hours = whole_number("学时", 0, 1000, required=True)


class TrainingView(ExternalRecordView):
    """教育学时."""

    form = TrainingForm
    column_list = ("person", "document", "year", "hours")
    cells = ExternalRecordView.people
    options = (joinedload(Training.person),)
    order = Order(Training.id, descending=True)
    column_filters = of_person(Training)
    noted = ("year", "hours")
    new_word = "登记学时"
