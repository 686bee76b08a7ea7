"""Flask-Admin panel of the office: reviewers, exam officers, administrators and auditors."""

from anguan.panel.admin import init_app

__all__ = ["init_app"]
