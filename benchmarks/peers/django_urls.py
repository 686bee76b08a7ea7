"""Models and addresses of Django's admin over the tables of the peers; imported once Django is configured."""

from django.conf import settings
from django.contrib import admin
from django.db import models
from django.urls import path

STATES = ("submitted", "approved", "rejected", "draft")


def _model(name: str, /, **fields: object) -> type:
    meta = type("Meta", (), {"managed": False, "db_table": name.lower(), "app_label": "peers"})
    return type(name, (models.Model,), {"Meta": meta, "__module__": __name__, **fields})


def _title(self: object) -> str:
    return str(self.name)  # type: ignore[attr-defined]


Enterprise = _model("Enterprise", name=models.TextField(), uscc=models.TextField(), __str__=_title)
Applicant = _model(
    "Applicant",
    name=models.TextField(),
    enterprise=models.ForeignKey(Enterprise, models.PROTECT),
    __str__=_title,
)
Request = _model(
    "Request",
    no=models.CharField(max_length=20, unique=True),
    applicant=models.ForeignKey(Applicant, models.PROTECT),
    enterprise=models.ForeignKey(Enterprise, models.PROTECT),
    kind=models.CharField(max_length=20),
    status=models.CharField(max_length=20, choices=[(state, state) for state in STATES]),
    priority=models.IntegerField(),
    submitted_at=models.DateTimeField(),
    due_at=models.DateField(),
    version=models.IntegerField(default=0),
)


def _admin_class() -> type:
    if "unfold" in settings.INSTALLED_APPS:
        from unfold.admin import ModelAdmin  # noqa: PLC0415

        return type("RequestAdmin", (ModelAdmin,), dict(OPTIONS))
    return type("RequestAdmin", (admin.ModelAdmin,), dict(OPTIONS))


OPTIONS = {
    "list_display": ["no", "applicant", "enterprise", "kind", "status", "priority", "submitted_at", "due_at"],
    "list_select_related": True,
    "list_filter": ["status"],
    "list_per_page": 20,
    "ordering": ["due_at"],
    "search_fields": ["=no", "^applicant__name"],
}
admin.site.register(Request, _admin_class())
urlpatterns = [path("admin/", admin.site.urls)]
