"""Rules of a matter and their check results: outcome, sentence for the applicant, evidence."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum, StrEnum
from typing import Any, Final


class Outcome(StrEnum):
    """Outcome of a check."""

    PASS = "pass"  # noqa: S105 (an outcome)
    WARN = "warn"
    BLOCK = "block"
    UNKNOWN = "unknown"


class Moment(StrEnum):
    """When a rule is checked."""

    OPENING = "opening"
    FILING = "filing"
    ALWAYS = "always"


class Severity(StrEnum):
    """Effect of a rule that is not met."""

    BLOCK = "block"
    WARN = "warn"
    OFF = "off"


class Cause(IntEnum):
    """Why a matter cannot be started, strongest first: what ended, is paused, or waits for something."""

    RECORD = 1
    SERVICE = 2
    OTHER_REQUEST = 3
    PREREQUISITE = 4
    PERIOD = 5


OPENING: Final = Moment.OPENING
FILING: Final = Moment.FILING
ALWAYS: Final = Moment.ALWAYS

_log = logging.getLogger("anguan.rules")


@dataclass(frozen=True)
class CheckResult:
    """Result of one rule. `since` is the day from which a blocked action becomes possible.

    Nobody can override a `final` block. `failed` says that the rule raised an exception. Of several blocks
    with a `cause` only the strongest is shown.
    """

    outcome: Outcome
    sentence: str
    evidence: str = ""
    since: date | None = None
    rule: str = ""
    title: str = ""
    proof: str = ""
    final: bool = False
    failed: bool = False
    cause: Cause | None = None


def strongest(results: Iterable[CheckResult]) -> CheckResult | None:
    """The block with the strongest cause, the first of equals; None where nothing blocks."""
    found = [result for result in results if result.outcome == Outcome.BLOCK]
    return min(found, key=lambda result: result.cause or Cause.PERIOD, default=None)


def passes(sentence: str, evidence: str = "") -> CheckResult:
    """Result of a condition that holds."""
    return CheckResult(Outcome.PASS, sentence, evidence)


def warns(sentence: str, evidence: str = "") -> CheckResult:
    """Result that asks for attention and forbids nothing."""
    return CheckResult(Outcome.WARN, sentence, evidence)


def blocks(sentence: str, evidence: str = "", since: date | None = None) -> CheckResult:
    """Result of a condition that does not hold; `since` is the day from which it will."""
    return CheckResult(Outcome.BLOCK, sentence, evidence, since)


def cannot_tell(sentence: str, evidence: str = "") -> CheckResult:
    """Result without data in the register (无法判断); staff decide by the documents."""
    return CheckResult(Outcome.UNKNOWN, sentence, evidence)


@dataclass(frozen=True)
class Rule:
    """A named condition. `at` says when it is checked; `proof` is the material that proves it.

    OPENING: before a draft is created, and at its submission; such a rule names its `cause`.
    FILING: at the submission of a draft. ALWAYS: at every submission, and again at decision.
    """

    code: str
    title: str
    judge: Callable[[Any], CheckResult]
    at: Moment = ALWAYS
    proof: str = ""
    severity: Severity = Severity.BLOCK
    final: bool = False
    cause: Cause | None = None

    def __call__(self, dossier: Any) -> CheckResult:
        """Check the dossier. An exception inside the rule is logged and becomes `cannot_tell`.

        The dossier's `fatal_errors` are raised again: after one of them the transaction is unusable.
        """
        try:
            found = self.judge(dossier)
        except Exception as error:
            if isinstance(error, getattr(dossier, "fatal_errors", ())):
                raise
            _log.exception("rule %s raised an exception", self.code)
            sentence = f"{self.title}：无法判断，请人工核对"
            found = replace(cannot_tell(sentence, f"检查程序出错（{type(error).__name__}）"), failed=True)
        if found.outcome == Outcome.BLOCK and self.severity == Severity.WARN:
            found = replace(found, outcome=Outcome.WARN)
        proof = found.proof or self.proof
        return replace(
            found, rule=self.code, title=self.title, proof=proof, final=self.final, cause=self.cause
        )


def rule(
    code: str,
    title: str,
    at: Moment = ALWAYS,
    proof: str = "",
    final: bool = False,
    cause: Cause | None = None,
) -> Callable[[Callable[[Any], CheckResult]], Rule]:
    """Decorator that turns a function `(dossier) -> CheckResult` into a named rule."""

    def decorate(judge: Callable[[Any], CheckResult]) -> Rule:
        return Rule(code, title, judge, at, proof, final=final, cause=cause)

    return decorate
