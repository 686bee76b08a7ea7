"""Texts of the services: for each code the word or sentence that users read."""

from collections.abc import Mapping

from anguan.core.lifecycle import Verdict
from anguan.core.masks import mask_documents
from anguan.domain.register_fields import CERTIFICATE_STATUSES
from anguan.models import CertificateStatus, Decision
from anguan.services.codes import Refusal, StatusCode

STATUS_OF: Mapping[str, StatusCode] = {
    CertificateStatus.VALID: StatusCode.VALID,
    CertificateStatus.SUSPENDED: StatusCode.SUSPENDED,
    CertificateStatus.ANNULLED: StatusCode.ANNULLED,
    CertificateStatus.CANCELLED: StatusCode.CANCELLED,
    CertificateStatus.LAPSED: StatusCode.EXPIRED,
    CertificateStatus.MOVED_OUT: StatusCode.MOVED_OUT,
    CertificateStatus.REVOKED: StatusCode.REVOKED,
}
"""Displayed status for each stored status of a certificate."""

STATUS_WORDS: Mapping[StatusCode, str] = {
    StatusCode.NONE: "无",
    StatusCode.UNSUBMITTED: "草稿未提交",
    StatusCode.WAITING: "已提交待审核",
    StatusCode.REVIEWING: "审核中",
    StatusCode.RETURNED: "退回补正",
    StatusCode.REJECTED: "审批不通过",
    StatusCode.APPROVED: "已通过",
    StatusCode.PRODUCING: "制证中",
    StatusCode.WITHDRAWN: "已撤销",
    StatusCode.DISCARDED: "已作废",
    StatusCode.EXPIRING: "即将到期",
    StatusCode.RENEWAL_PENDING: "有效期已过，延续审核中",
    StatusCode.SUPERSEDED: "已被新版本替代",
    StatusCode.READY: "✓",
    StatusCode.NO_EDITION: "—",
    **{shown: CERTIFICATE_STATUSES[stored] for stored, shown in STATUS_OF.items()},
}


VERDICT_WORDS: Mapping[str, str] = {
    Verdict.PASS: "通过，转下一步",
    Verdict.APPROVE: "通过",
    Verdict.REJECT: "不通过",
    Verdict.RETURN: "退回补正",
}


def describe_decision(decision: Decision) -> str:
    """A decision for log and history: verdict, why, items to correct, batch; document numbers masked."""
    word = VERDICT_WORDS[decision.verdict]
    if decision.override:
        word = f"强制{word}，理由：{decision.override}"
    if decision.remarks:
        word = f"{word} {len(decision.remarks)} 项"
    parts = [word, f"批次 {decision.batch}"] if decision.batch else [word]
    if decision.opinion:
        parts.append(f"{'原因' if decision.verdict == Verdict.REJECT else '说明'}：{decision.opinion}")
    parts += [f"{remark.label}：{remark.sentence}" for remark in decision.remarks]
    return mask_documents("；".join(part.rstrip("。；") for part in parts))


def format_opinion(decision: Decision) -> str:
    """The opinion; for a return with nothing but remarks, how many items they are about."""
    if decision.opinion or not decision.remarks:
        return decision.opinion
    return f"有 {len(decision.remarks)} 项需要补正"


REFUSAL_WORDS: Mapping[Refusal, str] = {
    Refusal.NO_REQUEST: "没有这件申请",
    Refusal.NO_MATTER: "没有这项业务",
    Refusal.NO_CERTIFICATE: "没有这本证书",
    Refusal.NO_RECORD: "没有这条登记",
    Refusal.NO_MATERIAL: "没有这项材料",
    Refusal.NO_PAPER: "没有这份材料",
    Refusal.NO_PERSON: "没有登记的人员",
    Refusal.NO_BUTTON: "没有这个按钮",
    Refusal.NO_IMPORT_KIND: "没有这一种导入",
    Refusal.NO_BATCH: "没有这一批",
    Refusal.NO_AUDIT: "没有这件抽查",
    Refusal.NO_PENDING_PHOTO: "没有待使用的照片",
    Refusal.NO_MESSAGE: "没有这条消息",
    Refusal.NO_NOTE: "请先写下备注",
    Refusal.NOTE_TOO_LONG: "备注最多 {most} 个字，现在有 {count} 个字",
    Refusal.NO_OWN_NOTE: "没有这条备注",
    Refusal.NOT_SUBMITTED: "还没有提交",
    Refusal.CLOSED: "这件申请{state}，不能再做这一步",
    Refusal.MOVED: "这件申请刚刚有了变化，请看最新情况再办",
    Refusal.DECIDED_BY_OTHER: "这件申请刚刚已由别人办理，请看最新情况",
    Refusal.TAKEN_BACK: "这件申请刚刚已由别人办理，或申请人已取回，请看最新情况",
    Refusal.CHANGED_SINCE_OPENED: "打开这一页之后，申请或登记内容有了变化，没有作出决定，请看最新情况再定",
    Refusal.DRIFTED: "登记内容在提交之后有了变化，请先对照原值、申请值和当前值",
    Refusal.ITEM_DRIFTED: "{label}在提交之后有了变化，请对照原值、申请值和当前值重新审核",
    Refusal.DAMAGED_FILES: "材料{files}的文件丢失、读不出来或已损坏，不能据此通过。"
    "请联系系统管理员恢复文件（技术支持电话 {phone}），或退回补正，请申请人重新上传",
    Refusal.FILES_CHANGED: "材料刚刚有了变化，请看最新情况再办",
    Refusal.NO_NEW_EDITION: "证书没有电子证书编号，或已经失效，不能制作新的电子证书",
    Refusal.FINAL_BLOCK: "{sentences}，只能不通过",
    Refusal.DUPLICATE_IN_REGISTER: "登记中已有相同的证件号码或登录账号，不能通过，请核对",
    Refusal.BLOCKED: "自检有不符合的，不能直接通过：{sentences}",
    Refusal.OVERRIDE_FOR_SENIOR: "自检有不符合的，只有高级审核员可以写明理由后强制通过",
    Refusal.HELD_NO_DECISION: "{holder}，没有作出决定",
    Refusal.TOO_EARLY: "申请人提交后 {minutes} 分钟内还可以修改，请稍后再审",
    Refusal.NO_VERDICT: "请选择通过、退回补正或不通过",
    Refusal.NO_REMARKS: "请勾选要补正的项目，并写明怎样补正",
    Refusal.NO_OPINION: "请选择或填写不通过的原因，申请人会看到它",
    Refusal.UNKNOWN_REMARK: "要补正的项目不在这件申请里，请刷新后重选",
    Refusal.IN_EFFECT: "决定已经生效，不能撤回",
    Refusal.UNDO_NOT_YOURS: "只有作出决定的人或高级审核员可以撤回",
    Refusal.RECUSED: "按回避登记，这件事由其他人员办理",
    Refusal.OTHER_OPEN_REQUEST: "同一证书或人员有另一件申请正在办理，请等该申请办结或撤销后再提交",
    Refusal.HELD: "{holder}",
    Refusal.JUST_CLAIMED: "这件申请刚刚由别人领取",
    Refusal.NOT_WAITING: "这件申请已不在待审队列",
    Refusal.SNOOZE_TOO_LONG: "暂缓的日期要在今后 {days} 天以内",
    Refusal.NO_SNOOZE_MOMENT: "请选择暂缓到哪一天、几点",
    Refusal.NO_RECEIVER: "请选择转给谁",
    Refusal.RECEIVER_MAY_NOT: "{name}不能审核这件申请，请另选一人",
    Refusal.NOT_FOR_REVIEWER: "{sentence}",
    Refusal.NOTHING_PICKED: "请先勾选要一起办理的申请",
    Refusal.BATCH_TOO_LARGE: "一批最多 {most} 件，现在选了 {count} 件，请分几批办理",
    Refusal.NOT_IN_BATCH: "{sentence}",
    Refusal.NOT_OFFERED: "{sentence}",
    Refusal.NOT_EDITABLE: "这件申请已经提交，不能再修改；需要修改的，请先点“重新补充信息”",
    Refusal.PAPERS_NOT_EDITABLE: "这件申请已经提交，不能再改材料；需要修改的，请先点“重新补充信息”",
    Refusal.ALREADY_SUBMITTED: "这件申请已经提交过了",
    Refusal.WOULD_LAPSE: "证书已过有效期，取回申请会使证书失效。请等待审核结果",
    Refusal.OTHER_DRAFT: "同一事项已经有一份草稿，请先继续填写或删除那份草稿",
    Refusal.NO_DRAFT: "只有草稿可以删除",
    Refusal.NOT_RETURNED: "这项材料没有退回，不用修改",
    Refusal.TOO_MANY_FILES: "这项材料最多上传 {most} 份，请先删除不要的再上传",
    Refusal.UNACCEPTABLE_FILE: "{sentence}",
    Refusal.NOT_OVERDUE: "还没有超过承诺的办结日期，请再等一等",
    Refusal.REMINDED_TODAY: "今天已经催办过了，审核人员会优先办理",
    Refusal.PHOTO_BLOCKED: "{sentences}",
    Refusal.PHOTO_DOUBTFUL: "{sentences}",
    Refusal.FRAME_OUTSIDE: "裁剪框超出了照片，或高宽比不是 1.3，请重新框选",
    Refusal.FRAME_INCOMPLETE: "裁剪框的数字不完整，请刷新页面再试",
    Refusal.PHOTO_SWAPPED: "照片工具里换了另一张照片，请看过以后再保存",
    Refusal.PHOTO_SWAPPED_RELOAD: "照片工具里换了另一张照片，请刷新页面",
    Refusal.NO_PHOTO_OPENED: "还没有打开照片，请先点“打开文件”",
    Refusal.NO_PHOTO_FILE: "请先选择照片文件",
    Refusal.BAD_DAYS: "起止日期不对：开始日期不晚于结束日期，结束日期不晚于今天",
    Refusal.BAD_RATE: "抽查比例填 1 到 1000 之间的整数（‰）",
    Refusal.NO_OUTCOME: "请选择一致或不一致",
    Refusal.NO_REASON: "不一致的，请写明哪里不一致",
    Refusal.AUDIT_DONE: "这件抽查已经有结果，不能再改",
    Refusal.NOT_CHECKABLE: "这一批现在不能重新检查，请刷新后再看",
    Refusal.NOT_RUNNABLE: "这一批现在不能导入，请刷新后再看",
    Refusal.NOTHING_TO_IMPORT: "登记中都已经有了，没有需要导入的",
    Refusal.NOT_UNDOABLE: "这一批现在不能撤销，请刷新后再看",
    Refusal.ROW_DELETED: "这一条刚刚被别人删除了，请回到列表看最新内容",
    Refusal.VIEW_NAME: "请给视图起一个名称，1 到 20 个字",
    Refusal.TOO_MANY_VIEWS: "一张表最多存 12 个视图，请先删除不用的",
    Refusal.FAULTY: "还有 {count} 处没填好，其余都已保留",
}
"""Sentence of each refusal, with the names of its format arguments."""
