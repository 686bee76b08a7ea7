"""Messages of the certificate verification, by code."""

from collections.abc import Mapping
from enum import StrEnum

from anguan.domain.register_fields import CERTIFICATE_STATUSES
from anguan.models import CertificateStatus


class Result(StrEnum):
    """Result of a verification."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    RENEWAL_PENDING = "renewal_pending"
    INVALID = "invalid"


class Item(StrEnum):
    """A line of the certificate that a verification shows."""

    STATUS = "status"
    NUMBER = "number"
    KIND = "kind"
    HOLDER = "holder"
    DOCUMENT = "document"
    UNIT = "unit"
    FIRST_ISSUED = "first_issued"
    VALID_UNTIL = "valid_until"
    EDITION = "edition"


TONES: Mapping[Result, str] = {
    Result.VALID: "ok",
    Result.SUPERSEDED: "warn",
    Result.RENEWAL_PENDING: "bad",
    Result.INVALID: "bad",
}
"""Tone of each result: green for valid and current, amber for a superseded edition, else red."""

WORDS: Mapping[Result, str] = {
    Result.VALID: CERTIFICATE_STATUSES[CertificateStatus.VALID],
    Result.SUPERSEDED: "这一版已被新版本替代",
    Result.RENEWAL_PENDING: "{status}",
    Result.INVALID: "无效，{status}",
}

SENTENCES: Mapping[Result, str] = {
    Result.VALID: "这是现行版本，内容与登记一致。",
    Result.SUPERSEDED: "二维码属于第 {version} 版，{since}起不再使用。请持证人出示新版证书。",
    Result.RENEWAL_PENDING: "延续申请在到期前已经提交，正在审核，以审核结果为准。",
    Result.INVALID: "此证书不能作为任职依据。",
}

STATUS_SENTENCES: Mapping[str, str] = {
    CertificateStatus.LAPSED: "有效期已过，没有延续。此证书不能作为任职依据。",
    CertificateStatus.SUSPENDED: "暂扣期间，此证书不能作为任职依据。",
    CertificateStatus.MOVED_OUT: "已办理转出，在本省不能作为任职依据。",
}
"""Reasons of invalidity that are more specific than SENTENCES."""

LABELS: Mapping[Item, str] = {
    Item.STATUS: "证书状态",
    Item.NUMBER: "证书编号",
    Item.KIND: "证书类型",
    Item.HOLDER: "姓名、性别",
    Item.DOCUMENT: "证件号码",
    Item.UNIT: "工作单位",
    Item.FIRST_ISSUED: "首次发证日期",
    Item.VALID_UNTIL: "有效期结束",
    Item.EDITION: "版本",
}
