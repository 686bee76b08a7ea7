"""Floor 1, the shelves: tables, keys, constraints; no verbs."""

from anguan.models.accounts import (
    ROLES,
    STAFF,
    Account,
    LoginSession,
    NumberClaim,
    RecoveryCode,
    Throttle,
    UsedPassword,
)
from anguan.models.base import Base, UtcDateTime
from anguan.models.certificates import LIVE, STATUSES, Certificate, CertificateKind, Edition, Production
from anguan.models.enterprises import Enterprise, Qualification
from anguan.models.files import Attachment, StoredFile
from anguan.models.imports import IMPORT_STATES, ImportBatch, ImportFault, ImportMark
from anguan.models.journal import Counter, Event, IdempotencyKey, Notice, Outbox
from anguan.models.office import DAY_KINDS, OUTCOMES, CalendarDay, Claim, Draw, Look, Recheck, SeenPaper
from anguan.models.people import Constructor, Employment, Insurance, Person, Training
from anguan.models.photos import Photo, PhotoDesk
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
    StepConfig,
)

__all__ = [
    "DAY_KINDS",
    "IMPORT_STATES",
    "LIVE",
    "OUTCOMES",
    "ROLES",
    "STAFF",
    "STATUSES",
    "Account",
    "Attachment",
    "Base",
    "CalendarDay",
    "Certificate",
    "CertificateKind",
    "ChangeItem",
    "ChangeRequest",
    "Claim",
    "Constructor",
    "Counter",
    "Decision",
    "DictionaryEntry",
    "DraftValue",
    "Draw",
    "Edition",
    "Employment",
    "Enterprise",
    "Event",
    "IdempotencyKey",
    "ImportBatch",
    "ImportFault",
    "ImportMark",
    "Insurance",
    "Lock",
    "LoginSession",
    "Look",
    "MaterialConfig",
    "MatterConfig",
    "Notice",
    "NumberClaim",
    "Outbox",
    "Person",
    "Photo",
    "PhotoDesk",
    "PolicyValue",
    "Production",
    "Qualification",
    "QuestionConfig",
    "Reason",
    "Recheck",
    "RecoveryCode",
    "Remark",
    "RuleConfig",
    "SeenPaper",
    "SettingVersion",
    "StepConfig",
    "StoredFile",
    "Throttle",
    "Training",
    "UsedPassword",
    "UtcDateTime",
]
