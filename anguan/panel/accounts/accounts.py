"""账号与角色: accounts and roles. Staff never set a password for others: they hand out activation codes."""

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from flask_login import current_user
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError
from wtforms import Form

from anguan.auth import accounts
from anguan.auth.accounts import NotAllowed
from anguan.auth.identity import ROLE_TITLES
from anguan.core import clock
from anguan.core.field_types import normalise_login
from anguan.domain.region_scope import in_region
from anguan.extensions import db
from anguan.infra.events import actor_of, read_events
from anguan.infra.transaction import transaction
from anguan.models import STAFF, Account, Enterprise, Event, LoginSession, Person
from anguan.panel.accounts.account_actions import AccountActionMixin
from anguan.panel.accounts.account_forms import (
    ALL_ROLES,
    OPEN,
    NewAccountForm,
    RoleForm,
    format_login,
    format_state,
    is_open,
)
from anguan.panel.accounts.recusals import list_recusals
from anguan.panel.common import formatting
from anguan.panel.common.guard import current_account
from anguan.panel.common.routing import expose
from anguan.panel.common.search import begins_with, is_exactly, looks_like_document, matching_ids
from anguan.panel.lists.filters import OfRecord, OneOf
from anguan.panel.lists.list_query import Order
from anguan.panel.register.register import seen_ids

OTHER_REGION = "您只管理本地区的账号：请在“地区”里选您所在的地区"


class AccountView(AccountActionMixin):
    """账号与角色."""

    allowed_roles = ("administrator", "auditor")
    stock_routes = frozenset({"index_view", "create_view", "edit_view", "details_view"})
    can_delete = False
    can_view_details = True
    asks_again = True
    row_actions = False
    form = RoleForm
    new_word = create_label = "开设账号"
    searches = "账号、姓名"
    cut = ("login", "name", "region")
    noun = "个"
    details_template = "admin/account.html"
    column_list = ("login", "name", "role", "region", "state", "created_at")
    column_labels = {
        "login": "账号", "name": "姓名", "role": "角色", "region": "地区", "state": "状态",
        "created_at": "开设时间",
    }  # fmt: skip
    cells = {
        "login": lambda row: formatting.link(
            url_for("panel_account.details_view", id=row.id), format_login(row)
        ),
        "role": lambda row: ROLE_TITLES[row.role],
        "region": lambda row: formatting.region_name(row.region) if row.role in STAFF else formatting.QUIET,
        "state": lambda row: formatting.signed(*format_state(row)),
        "created_at": lambda row: formatting.moment(row.created_at),
    }
    order = Order(Account.id, descending=True)
    sorts = {"login": Account.login, "created_at": Account.id}
    column_filters = (
        OneOf("role", "角色", ALL_ROLES, lambda v: Account.role == v),
        OneOf("state", "状态", OPEN, is_open),
        OneOf("region", "地区", formatting.regions, lambda v: Account.region == v),
        OfRecord("account", "这个账号", Account.id),
    )

    def seek(self, text: str) -> ColumnElement[bool]:
        """The whole login, or the beginning of the name."""
        return matching_ids(Account.id, is_exactly(Account.login, text), begins_with(Account.name, text))

    def resolve(self, typed: str) -> dict[str, Any] | None:
        """Filter for the account with this login, so that no document number gets into the URL."""
        found = db.session.scalar(select(Account.id).where(is_exactly(Account.login, typed)))
        return {"flt_account": found} if found is not None else None if looks_like_document(typed) else {}

    def create_form(self, obj: Any = None) -> Form:
        """Form of a new account."""
        return NewAccountForm(request.form if request.method == "POST" else None)

    def heading(self, row: Account | None) -> str:
        """Heading with the name of the account."""
        return "开设账号" if row is None else f"角色与地区：{row.name}"

    def adapt(self, form: Form, row: Account | None, sent: bool) -> None:
        """Holders and enterprises have a fixed role, given by the register."""
        if row is not None and row.role not in STAFF:
            del form["role"]
            del form["region"]

    def create_model(self, form: Form) -> Any:
        """Create the account and show its activation code once."""
        values = self.values(form)
        login, role = normalise_login(values["login"]), values["role"]
        who, region = actor_of(current_account()), current_user.region
        if self.is_elsewhere(values):
            return self.fail(form, OTHER_REGION)
        try:
            with transaction(db.session):
                person = enterprise = None
                if role == "applicant":
                    wanted = select(Person).where(Person.document_number == login, *in_region(Person, region))
                    person = db.session.scalar(wanted.limit(1))
                if role == "enterprise":
                    firm = select(Enterprise).where(Enterprise.uscc == login, *in_region(Enterprise, region))
                    enterprise = db.session.scalar(firm)
                made, code = accounts.create_account(
                    db.session, who, login, values["name"], role,
                    region=values["region"] or None, person=person, enterprise=enterprise,
                )  # fmt: skip
                made_id = made.id
        except NotAllowed as refused:
            return self.fail(form, refused.sentence)
        except IntegrityError:
            return self.fail(form, "这个账号或这个人已经有账号了")
        return self.show(made_id, code, fresh=True)

    def update_model(self, form: Form, model: Account) -> Any:
        """Change role and region; the account's sessions end."""
        id, values, who = model.id, self.values(form), actor_of(current_account())
        if not values:
            return self.fail(None, "个人和企业账号的角色随登记信息而定。")
        if self.is_elsewhere(values):
            return self.fail(form, OTHER_REGION)
        try:
            with transaction(db.session):
                row = accounts.lock_account(db.session, id)
                kept = self.kept(form, row)
                if "role" not in kept:
                    accounts.set_role(db.session, who, row, values["role"])
                if "region" not in kept:
                    accounts.set_region(db.session, who, row, values["region"] or None)
        except NotAllowed as refused:
            return self.fail(form, refused.sentence)
        return True

    def is_elsewhere(self, values: Mapping[str, Any]) -> bool:
        """True when an administrator of a region would give staff another region, or the whole province."""
        limited: str | None = current_user.region
        return bool(limited) and values["role"] in STAFF and values["region"] != limited

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        """URL of the account's page."""
        if isinstance(model, Account):
            return self.link("details_view", id=model.id)
        return self.link("index_view")

    @expose("/details/")
    def details_view(self) -> Any:
        """One account: role, sessions and events."""
        return self.show(self.get_one(request.args.get("id", "")).id, "")

    def show(self, id: int, code: str, fresh: bool = False) -> str:
        """Page of an account; `code` is the activation code, shown this once only."""
        row = self.get_one(str(id))
        live = select(func.count()).where(
            LoginSession.account_id == row.id,
            LoginSession.ended_at.is_(None),
            LoginSession.until > clock.now(),
        )
        about = Event.actor_id == row.id
        if row.person_id is not None:
            about = Event.person_id == row.person_id
        elif row.enterprise_id is not None:
            about = Event.enterprise_id == row.enterprise_id
        return self.render(
            self.details_template,
            row=row,
            opens_person=bool(row.person_id and seen_ids(Person, {row.person_id})),
            login=format_login(row),
            code=code,
            fresh=fresh,
            state=format_state(row),
            role_title=ROLE_TITLES[row.role],
            region=formatting.region_name(row.region) if row.role in STAFF else "",
            live=db.session.scalar(live) or 0,
            events=read_events(db.session, current_user, about, most=15),
            acts=self.may("disable"),
            own=row.id == current_user.id,
            staff=row.role in STAFF,
            recusals=list_recusals(row),
        )
