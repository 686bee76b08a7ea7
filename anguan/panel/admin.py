"""Panel setup: registers the views in menu order and their roles in the access table."""

from flask import Flask
from flask_admin import Admin
from flask_admin.theme import Bootstrap4Theme

from anguan.core.masks import mask_document, mask_file_name
from anguan.models import (
    STAFF,
    Account,
    Audit,
    AuditSample,
    Certificate,
    CertificateJob,
    ChangeRequest,
    Constructor,
    DictionaryEntry,
    Enterprise,
    Event,
    Insurance,
    MaterialConfig,
    MatterConfig,
    NumberClaim,
    Person,
    PolicyValue,
    QuestionConfig,
    Reason,
    RuleConfig,
    Training,
)
from anguan.panel.accounts.accounts import AccountView
from anguan.panel.accounts.number_claims import NumberClaimView
from anguan.panel.accounts.recusals import RecusalView
from anguan.panel.audits.audit_samples import AuditSampleView
from anguan.panel.audits.audits import AuditView
from anguan.panel.common.event_words import name_of_actor, told_to_office
from anguan.panel.common.formatting import shorten
from anguan.panel.common.guard import GuardedMixin
from anguan.panel.common.menu import MENUS, build_menu
from anguan.panel.event_log import EventView
from anguan.panel.home import HomeView
from anguan.panel.imports.views import ImportView
from anguan.panel.lists.exporting import ExportView
from anguan.panel.matter_config.material_rule_views import MaterialView, RuleView
from anguan.panel.matter_config.matters import MatterView
from anguan.panel.matter_config.questions import QuestionView
from anguan.panel.matter_config.steps import StepView
from anguan.panel.office_filing.views import FilingView
from anguan.panel.register.certificate_jobs import CertificateJobView
from anguan.panel.register.certificates import CertificateView
from anguan.panel.register.constructors import ConstructorView
from anguan.panel.register.enterprises import EnterpriseView
from anguan.panel.register.insurance import InsuranceView
from anguan.panel.register.people import PersonView
from anguan.panel.register.training import TrainingView
from anguan.panel.reports.statistics import StatisticsView
from anguan.panel.requests.batch import BatchView
from anguan.panel.requests.queue import DoneView, QueueView
from anguan.panel.review.document_pages import DocumentView
from anguan.panel.review.request_view import RequestView
from anguan.panel.review.review_presenter import pieces_of
from anguan.panel.search.view import SearchView
from anguan.panel.settings.calendar_days import CalendarView
from anguan.panel.settings.dictionaries import DictionaryView
from anguan.panel.settings.policies import PolicyView
from anguan.panel.settings.reasons import ReasonView
from anguan.panel.settings.versions import VersionView
from anguan.services.words import VERDICT_WORDS, format_opinion

THEME = Bootstrap4Theme(base_template="admin/ag_base.html", fluid=True)
REVIEW, REGISTER, RECORDS, MATTERS = "审核", "登记簿", "台账", "事项配置"
BASICS, SYSTEM = "基础数据", "系统"


def init_app(app: Flask) -> None:
    """Register the panel with the application. All templates are our own: no Flask-Admin script or style
    is loaded."""
    app.add_template_filter(mask_document, "masked")
    app.add_template_filter(mask_file_name, "names_masked")
    app.add_template_filter(shorten, "shorten")
    app.add_template_filter(name_of_actor, "actor_name")
    app.add_template_filter(told_to_office, "told_to_office")
    app.add_template_filter(format_opinion, "opinion")
    app.add_template_filter(lambda verdict: VERDICT_WORDS[verdict], "verdict_words")
    app.add_template_filter(pieces_of, "pieces_of")
    admin = Admin(app, name="安管人员考核管理系统", index_view=HomeView(), theme=THEME)
    for view in make_views():
        admin.add_view(view)
    table: dict[str, frozenset[str]] = app.extensions.setdefault("anguan_access", {})
    for view in admin._views:
        for _, name, _ in view.routes():
            table[f"{view.endpoint}.{name}"] = view.roles_of(name)
    app.extensions[MENUS] = {role: build_menu(admin, role) for role in STAFF}


def make_views() -> list[GuardedMixin]:
    """Every view but the dashboard, in menu order."""
    return [
        StatisticsView(name="统计", endpoint="panel_statistics", url="statistics"),
        SearchView(name="查找", endpoint="panel_search", url="search"),
        ExportView(name="导出", endpoint="panel_export", url="export"),
        QueueView(ChangeRequest, name="待审队列", category=REVIEW, endpoint="panel_queue", url="queue"),
        DoneView(ChangeRequest, name="已办", category=REVIEW, endpoint="panel_done", url="done"),
        FilingView(ChangeRequest, name="我发起的", category=REVIEW, endpoint="panel_filing", url="filing"),
        AuditView(Audit, name="抽查复查", category=REVIEW, endpoint="panel_audit", url="audits"),
        AuditSampleView(
            AuditSample,
            name="双随机抽查",
            category=REVIEW,
            endpoint="panel_audit_sample",
            url="audit-samples",
        ),
        BatchView(name="批量通过", endpoint="panel_batch", url="batch"),
        RequestView(name="审核", endpoint="panel_request", url="requests"),
        DocumentView(name="材料查看", endpoint="panel_document", url="documents"),
        NumberClaimView(
            NumberClaim,
            name="申诉与企业激活",
            category=REVIEW,
            endpoint="panel_number_claim",
            url="number-claims",
        ),
        PersonView(Person, name="人员", category=REGISTER, endpoint="panel_person", url="people"),
        EnterpriseView(
            Enterprise, name="企业", category=REGISTER, endpoint="panel_enterprise", url="enterprises"
        ),
        CertificateView(
            Certificate, name="证书", category=REGISTER, endpoint="panel_certificate", url="certificates"
        ),
        CertificateJobView(
            CertificateJob,
            name="制证",
            category=REGISTER,
            endpoint="panel_certificate_job",
            url="certificate-jobs",
        ),
        ImportView(name="导入", category=REGISTER, endpoint="panel_import", url="imports"),
        TrainingView(Training, name="教育学时", category=RECORDS, endpoint="panel_training", url="training"),
        InsuranceView(Insurance, name="社保", category=RECORDS, endpoint="panel_insurance", url="insurance"),
        ConstructorView(
            Constructor, name="建造师", category=RECORDS, endpoint="panel_constructor", url="constructors"
        ),
        MatterView(MatterConfig, name="事项与材料", category=MATTERS, endpoint="panel_matter", url="matters"),
        MaterialView(
            MaterialConfig, name="材料", category=MATTERS, endpoint="panel_material", url="materials"
        ),
        QuestionView(
            QuestionConfig, name="附加问题", category=MATTERS, endpoint="panel_question", url="questions"
        ),
        RuleView(RuleConfig, name="校验规则", category=MATTERS, endpoint="panel_rule", url="rules"),
        StepView(name="审核步骤", endpoint="panel_step", url="steps"),
        RecusalView(name="回避", endpoint="panel_recusal", url="recusals"),
        ReasonView(Reason, name="退回理由", category=MATTERS, endpoint="panel_reason", url="reasons"),
        DictionaryView(
            DictionaryEntry, name="字典", category=BASICS, endpoint="panel_dictionary", url="dictionaries"
        ),
        CalendarView(name="工作日历", category=BASICS, endpoint="panel_calendar", url="calendar"),
        PolicyView(PolicyValue, name="参数", category=BASICS, endpoint="panel_policy", url="policies"),
        VersionView(name="版本与恢复", category=BASICS, endpoint="panel_version", url="versions"),
        AccountView(Account, name="账号与角色", category=SYSTEM, endpoint="panel_account", url="accounts"),
        EventView(Event, name="操作日志", category=SYSTEM, endpoint="panel_event", url="events"),
    ]
