"""Rules and what they find: the sentence a citizen reads and the paper that proves it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final


class Outcome(StrEnum):
    """What a rule found."""

    PASS = "pass"  # noqa: S105 (an outcome)
    WARN = "warn"
    BLOCK = "block"
    UNKNOWN = "unknown"


class Moment(StrEnum):
    """When a rule counts."""

    OPENING = "opening"
    FILING = "filing"
    ALWAYS = "always"


class Severity(StrEnum):
    """What happens where a rule is not met."""

    BLOCK = "block"
    WARN = "warn"
    OFF = "off"


OPENING: Final = Moment.OPENING
FILING: Final = Moment.FILING
ALWAYS: Final = Moment.ALWAYS

_log = logging.getLogger("anguan.rules")


@dataclass(frozen=True)
class CheckResult:
    """One line of the check list. `since` is the day from which a blocked action becomes possible.

    A `final` block is passed over by nobody. `failed` says that the rule raised instead of finding anything.
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


def passes(sentence: str, evidence: str = "") -> CheckResult:
    """The condition holds."""
    return CheckResult(Outcome.PASS, sentence, evidence)


def warns(sentence: str, evidence: str = "") -> CheckResult:
    """A person should look, nothing is forbidden."""
    return CheckResult(Outcome.WARN, sentence, evidence)


def blocks(sentence: str, evidence: str = "", since: date | None = None) -> CheckResult:
    """The condition does not hold."""
    return CheckResult(Outcome.BLOCK, sentence, evidence, since)


def cannot_tell(sentence: str, evidence: str = "") -> CheckResult:
    """The register does not know; a human decides with the papers."""
    return CheckResult(Outcome.UNKNOWN, sentence, evidence)


@dataclass(frozen=True)
class Rule:
    """A named condition. `at` says when it counts.

    OPENING: before a draft is begun, and at its submission. FILING: at the submission of a draft.
    ALWAYS: at every submission, and again at decision.
    """

    code: str
    title: str
    judge: Callable[[Any], CheckResult]
    at: Moment = ALWAYS
    proof: str = ""
    severity: Severity = Severity.BLOCK
    final: bool = False

    def __call__(self, dossier: Any) -> CheckResult:
        """Judge the dossier; an error inside a rule never decides a case: it is logged, and people decide.

        Raises the dossier's `fatal_errors` again: after one of them nothing else can be read either.
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
        return replace(found, rule=self.code, title=self.title, proof=proof, final=self.final)


def rule(
    code: str, title: str, at: Moment = ALWAYS, proof: str = "", final: bool = False
) -> Callable[[Callable[[Any], CheckResult]], Rule]:
    """Turn a function `(dossier) -> Finding` into a named rule."""

    def name(judge: Callable[[Any], CheckResult]) -> Rule:
        return Rule(code, title, judge, at, proof, final=final)

    return name
