"""建造师: registered constructors."""

from sqlalchemy.orm import joinedload
from wtforms import Form

from anguan.models import Constructor
from anguan.panel.common import formatting
from anguan.panel.common.form_fields import day, text
from anguan.panel.lists.list_query import Order
from anguan.panel.register.external_records import ExternalRecordView, PersonField, of_person


class ConstructorForm(PersonField, Form):
    """A registered constructor."""

    person = text("证件号码", 40)
    enterprise = text("统一社会信用代码", 18)
    number = text("注册编号", 60)
    valid_until = day("有效期至", required=True)


class ConstructorView(ExternalRecordView):
    """建造师."""

    form = ConstructorForm
    column_list = ("person", "document", "enterprise", "number", "valid_until")
    cells = {
        **ExternalRecordView.people,
        "enterprise": lambda row: row.enterprise.name,
        "number": lambda row: formatting.number(row.number),
        "valid_until": lambda row: formatting.day(row.valid_until),
    }
    options = (joinedload(Constructor.person), joinedload(Constructor.enterprise))
    order = Order(Constructor.id, descending=True)
    column_filters = of_person(Constructor)
    noted = ("number", "valid_until")
    new_word = "登记建造师"
