"""Events in words for the office: titles of the verbs, in the order of the filter, actors and sentences."""

from collections.abc import Mapping

from anguan.core.lifecycle import Verb
from anguan.infra.events import SYSTEM
from anguan.models import Event

EVENT_WORDS: Mapping[str, str] = {
    "begin": "开始填写",
    Verb.SUBMIT: "提交",
    Verb.WITHDRAW: "撤销申请",
    Verb.REVISE: "重新补充",
    Verb.LAPSE: "作废",
    "remind": "催办",
    "claim": "领取",
    "take_over": "接管",
    "release": "放回队列",
    "snooze": "暂缓",
    "transfer": "转办",
    "add_note": "写内部备注",
    "remove_note": "删去内部备注",
    "open_request": "打开审核",
    "read_request": "查看申请",
    "prefetch_request": "预先读取下一件",
    "read_paper": "查看材料",
    "read_file": "查看本人档案",
    "download_paper": "下载材料",
    "download_bundle": "下载全部材料",
    "print_form": "打印审批表",
    Verb.DECIDE: "作出决定",
    Verb.UNDO: "撤回决定",
    Verb.TAKE_EFFECT: "决定生效",
    Verb.REFUSE_EFFECT: "决定未生效",
    "batch_refused": "批量通过未办理",
    "rule_failed": "自检出错",
    "find_damage": "发现文件损坏",
    "reread": "按现在的登记重新核对",
    "reveal": "查看完整号码",
    "draw_audits": "抽取复查",
    "conclude_recheck": "抽查结论",
    "recuse": "登记回避",
    "unrecuse": "解除回避",
    "verify_person": "核实人员",
    "make_edition": "生成新版",
    "finish_edition": "制证完成",
    "fail_edition": "制证失败",
    "draw_again": "重新制证",
    "read_sheet": "查看电子证书",
    "lapse_certificate": "证书到期失效",
    "save_photo": "更换证件照",
    "change_fact": "更改台账",
    "import_upload": "上传导入表",
    "import": "导入",
    "import_undo": "撤销导入",
    "import_certificate": "导入证书",
    "change_setting": "更改设置",
    "restore_setting": "恢复设置",
    "export": "导出",
    "login": "登录",
    "initial_closed": "停用初始密码",
    "activated": "首次激活",
    "account_created": "开设账号",
    "account_disabled": "停用账号",
    "account_enabled": "恢复账号",
    "account_displaced": "更换被占用的账号",
    "reset_started": "重置登录",
    "role_changed": "更改角色",
    "region_changed": "更改地区",
    "second_factor": "二次验证",
    "second_factor_set": "设置二次验证",
    "second_factor_cleared": "解除二次验证",
    "password_changed": "修改密码",
    "sessions_ended": "结束登录",
    "registered": "自行注册",
    "registration_refused": "重复注册未受理",
    "claim_filed": "提交号码申诉",
    "read_claim": "查看核对用的证件",
    "claim_accepted": "核实号码申诉",
    "claim_refused": "号码申诉未通过",
    "claim_code": "凭查询码领取口令",
    "licence_filed": "提交企业激活",
    "licence_accepted": "核实企业激活",
    "licence_refused": "企业激活未通过",
}
OTHER = "其他操作"
"""For a verb that an earlier release wrote and this one does not know."""


_BY_SYSTEM = frozenset(
    (Verb.TAKE_EFFECT, Verb.REFUSE_EFFECT, Verb.LAPSE, "lapse_certificate", "make_edition", "finish_edition",
     "fail_edition", "draw_audits", "find_damage", "rule_failed", "verify_person")
)  # fmt: skip
"""What the program does without a person; earlier releases stored other names for it."""


def name_of_actor(event: Event) -> str:
    """Who did it, as stored; the program itself has one name."""
    return SYSTEM.name if event.actor_id is None and event.verb in _BY_SYSTEM else event.actor


def told_to_office(event: Event) -> str:
    """The sentence of an event for staff; what the applicant may read is stored in their words."""
    if event.verb == Verb.TAKE_EFFECT and event.visible_to == "holder":
        return f"{event.sentence}，已生效，已通知申请人"
    return event.sentence


def title_of_verb(verb: str) -> str:
    """The title of a stored verb."""
    return EVENT_WORDS.get(verb, OTHER)
