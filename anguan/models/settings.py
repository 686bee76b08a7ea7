"""Settings that administrators change: rows that override the declared defaults."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from anguan.core.check_result import Severity
from anguan.models.base import Base, Code, Codes, Key, Long, Short, UtcDateTime, one_of


class MatterConfig(Base):
    """Texts and dates of one matter. Empty means: as declared."""

    __tablename__ = "matter_config"

    id: Mapped[Key]
    matter: Mapped[Code] = mapped_column(unique=True)
    enabled: Mapped[bool] = mapped_column(default=True)
    title: Mapped[str] = mapped_column(String(100), default="")
    guide: Mapped[str] = mapped_column(Text, default="")
    approved_text: Mapped[str] = mapped_column(Text, default="")
    promised_days: Mapped[int | None]
    opens_on: Mapped[date | None] = mapped_column(Date)
    closes_on: Mapped[date | None] = mapped_column(Date)


class MaterialConfig(Base):
    """One material of one matter, declared or new. `when_code` names the predicate, `sample_file` is the
    SHA-256 of an example file."""

    __tablename__ = "material_config"
    __table_args__ = (UniqueConstraint("matter", "code"),)

    id: Mapped[Key]
    matter: Mapped[Code]
    code: Mapped[Code]
    title: Mapped[str] = mapped_column(String(100), default="")
    hint: Mapped[Long] = mapped_column(default="")
    required: Mapped[bool] = mapped_column(default=True)
    retired: Mapped[bool] = mapped_column(default=False)
    when_code: Mapped[str] = mapped_column(String(40), default="")
    accept: Mapped[str] = mapped_column(String(40), default="")
    limit_mb: Mapped[int | None]
    sample_file: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    position: Mapped[int] = mapped_column(default=0)


class QuestionConfig(Base):
    """An extra question of one matter: text, date, choice or yes/no."""

    __tablename__ = "question_config"
    __table_args__ = (
        UniqueConstraint("matter", "code"),
        CheckConstraint(one_of("kind", ("text", "date", "choice", "yesno")), name="kind"),
    )

    id: Mapped[Key]
    matter: Mapped[Code]
    code: Mapped[Code]
    label: Mapped[Short]
    kind: Mapped[Code] = mapped_column(default="text")
    options: Mapped[Long] = mapped_column(default="")
    hint: Mapped[Long] = mapped_column(default="")
    required: Mapped[bool] = mapped_column(default=True)
    retired: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)


class StepConfig(Base):
    """One review step of one matter: the role that decides, and whether within their own region.

    The rows of a matter, one to three, replace its declared steps.
    """

    __tablename__ = "step_config"
    __table_args__ = (
        UniqueConstraint("matter", "code"),
        CheckConstraint(one_of("role", ("reviewer", "senior_reviewer")), name="role"),
    )

    id: Mapped[Key]
    matter: Mapped[Code]
    code: Mapped[Code]
    title: Mapped[Short]
    role: Mapped[Code] = mapped_column(default="reviewer")
    regional: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)


class RuleConfig(Base):
    """Severity override (block, warn, off) of a rule of one matter."""

    __tablename__ = "rule_config"
    __table_args__ = (
        UniqueConstraint("matter", "rule"),
        CheckConstraint(one_of("severity", tuple(Severity)), name="severity"),
    )

    id: Mapped[Key]
    matter: Mapped[Code]
    rule: Mapped[Code]
    severity: Mapped[Code] = mapped_column(default="block")


class Reason(Base):
    """A reusable reason (退回理由): a sentence, its remedy and the clause it rests on.

    It is offered for requests of these matters and certificate kinds and for these items
    (`field:certificate.unit`, `paper:training`); an empty list means all.
    """

    __tablename__ = "reason"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    matters: Mapped[Codes] = mapped_column(default=())
    kinds: Mapped[Codes] = mapped_column(default=())
    items: Mapped[Codes] = mapped_column(default=())
    sentence: Mapped[Long]
    remedy: Mapped[Long] = mapped_column(default="")
    clause: Mapped[Long] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    retired: Mapped[bool] = mapped_column(default=False)


class PolicyValue(Base):
    """Value of a policy (参数); the declared default applies where there is no row."""

    __tablename__ = "policy_value"

    name: Mapped[Code] = mapped_column(primary_key=True)
    value: Mapped[Long]


class DictionaryEntry(Base):
    """Entry of a 字典: titles, education, positions, regions, qualification categories and grades."""

    __tablename__ = "dictionary_entry"
    __table_args__ = (UniqueConstraint("dictionary", "code"),)

    id: Mapped[Key]
    dictionary: Mapped[Code]
    code: Mapped[Code]
    label: Mapped[Short]
    position: Mapped[int] = mapped_column(default=0)
    retired: Mapped[bool] = mapped_column(default=False)


class SettingVersion(Base):
    """One saved version of all rows of a scope (`matter:certificate_renewal`, `policies`), as JSON."""

    __tablename__ = "setting_version"
    __table_args__ = (UniqueConstraint("scope", "version"),)

    id: Mapped[Key]
    scope: Mapped[Short]
    version: Mapped[int]
    rows: Mapped[str] = mapped_column(Text)
    actor: Mapped[Short]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
