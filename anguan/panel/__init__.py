"""Floor 7, the office: reviewers, exam officers, administrators and auditors, in Flask-Admin."""

from anguan.panel.admin import init_app

__all__ = ["init_app"]
