"""Floor 1, the shelves: tables, keys, constraints; no verbs."""

from anguan.models.accounts import ROLES, STAFF, Account, LoginSession, RecoveryCode, Throttle, UsedPassword
from anguan.models.base import Base, UtcDateTime
from anguan.models.certificates import LIVE, STATUSES, Certificate, CertificateKind, Edition, Production
from anguan.models.enterprises import Enterprise, Qualification
from anguan.models.files import Attachment, StoredFile
from anguan.models.journal import Counter, Event, IdempotencyKey, Notice, Outbox
from anguan.models.people import Constructor, Employment, Insurance, Person, Training
from anguan.models.requests import ChangeItem, ChangeRequest, Decision, DraftValue, Lock, Remark
from anguan.models.settings import (
    DictionaryEntry,
    MaterialConfig,
    MatterConfig,
    PolicyValue,
    QuestionConfig,
    Reason,
    RuleConfig,
    SettingVersion,
)

__all__ = [
    "LIVE",
    "ROLES",
    "STAFF",
    "STATUSES",
    "Account",
    "Attachment",
    "Base",
    "Certificate",
    "CertificateKind",
    "ChangeItem",
    "ChangeRequest",
    "Constructor",
    "Counter",
    "Decision",
    "DictionaryEntry",
    "DraftValue",
    "Edition",
    "Employment",
    "Enterprise",
    "Event",
    "IdempotencyKey",
    "Insurance",
    "Lock",
    "LoginSession",
    "MaterialConfig",
    "MatterConfig",
    "Notice",
    "Outbox",
    "Person",
    "PolicyValue",
    "Production",
    "Qualification",
    "QuestionConfig",
    "Reason",
    "RecoveryCode",
    "Remark",
    "RuleConfig",
    "SettingVersion",
    "StoredFile",
    "Throttle",
    "Training",
    "UsedPassword",
    "UtcDateTime",
]
