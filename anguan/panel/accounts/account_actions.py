"""Actions on an account: reset, disable, enable, end sessions. Each needs a freshly entered password."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect

from anguan.auth import accounts
from anguan.auth.accounts import NotAllowed
from anguan.extensions import db
from anguan.infra.events import Actor, actor_of
from anguan.infra.transaction import transaction
from anguan.models import Account
from anguan.panel.common.guard import current_account
from anguan.panel.common.routing import expose
from anguan.panel.lists.editing import EditedView
from anguan.web.access import ask_password_again, require_roles

ID = "<id:id>"
AccountAction = Callable[[Any, Actor, Account], Any]


class AccountActionMixin(EditedView):
    """The actions, each a form with one button on the page of an account."""

    @expose(f"/{ID}/reset", methods=("POST",))
    @require_roles("administrator")
    def reset(self, id: int) -> Any:
        """重置登录: invalidate the old password and show a one-time code once."""
        if away := ask_password_again():
            return away
        code = self._act(id, accounts.start_reset)
        return self.show(id, code) if code else redirect(self.link("details_view", id=id))

    @expose(f"/{ID}/disable", methods=("POST",))
    @require_roles("administrator")
    def disable(self, id: int) -> Any:
        """停用."""
        return self._do(id, accounts.disable, "账号已停用，登录已全部结束。")

    @expose(f"/{ID}/enable", methods=("POST",))
    @require_roles("administrator")
    def enable(self, id: int) -> Any:
        """恢复."""
        return self._do(id, accounts.enable, "账号已恢复。")

    @expose(f"/{ID}/end", methods=("POST",))
    @require_roles("administrator")
    def end(self, id: int) -> Any:
        """结束全部登录."""
        return self._do(id, accounts.end_all_sessions, "这个账号的登录已全部结束。")

    @expose(f"/{ID}/factor", methods=("POST",))
    @require_roles("administrator")
    def factor(self, id: int) -> Any:
        """解除二次验证."""
        return self._do(id, accounts.clear_second_factor, "二次验证已解除，下次登录时重新设置。")

    def show(self, id: int, code: str, fresh: bool = False) -> str:
        """Page of an account; implemented by the account view (NotImplementedError)."""
        raise NotImplementedError

    def _do(self, id: int, act: AccountAction, words_: str) -> Any:
        if away := ask_password_again():
            return away
        if self._act(id, act) is not False:
            flash(words_, "ok")
        return redirect(self.link("details_view", id=id))

    def _act(self, id: int, act: AccountAction) -> Any:
        self.get_one(str(id))
        who = actor_of(current_account())
        try:
            with transaction(db.session):
                return act(db.session, who, accounts.lock_account(db.session, id))
        except NotAllowed as refused:
            flash(refused.sentence, "bad")
            return False
