"""Helpers of the tests of rules: the dossier of a test person, and the result of a rule on a given day."""

from datetime import date, datetime

from anguan.core import clock
from anguan.core.check_result import CheckResult, Rule
from anguan.core.matter import Matter
from anguan.domain.dossier import Dossier, open_dossier
from anguan.domain.policies import Policies
from anguan.infra.transaction import transaction
from anguan.matters.in_force import declared, in_force
from anguan.matters.texts import fill_texts
from anguan.models import Account, Base
from tests.support.factories import Scenario


def dossier(
    scenario: Scenario,
    matter: str = "certificate_renewal",
    account: Account | None = None,
    kind: str = "B",
    **after: str,
) -> Dossier:
    """The dossier of an account's certificate; `after` gives register paths with `__` for the dot."""
    account = account or scenario.holder
    scenario.session.rollback()
    return open_dossier(
        scenario.session,
        in_force(scenario.session, matter),
        person=account.person,
        certificate=scenario.certificate(account, kind) if matter.startswith("certificate") else None,
        after={path.replace("__", "."): value for path, value in after.items()},
    )


def judge(scenario: Scenario, rule: Rule, day: date | datetime | None = None, **more: str) -> CheckResult:
    """Check result of the rule, on `day` if one is given."""
    with clock.frozen_at(day or clock.now()):
        return rule(dossier(scenario, **more))  # type: ignore[arg-type]


def as_declared(code: str) -> Matter:
    """The matter as declared in the catalogue, its texts filled from the default policies."""
    return fill_texts(declared(code), Policies().placeholders)


def write(scenario: Scenario, record: Base, **values: object) -> None:
    """Set attributes of a row directly, without a request."""
    with transaction(scenario.session):
        for name, value in values.items():
            setattr(record, name, value)
