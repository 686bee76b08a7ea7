"""Imported once by the server that forks the processes of campaigns: they start with what they need."""

# ruff: noqa: F401
from sqlalchemy.orm import configure_mappers

import anguan.pdf.certificate
import anguan.worker.loop
import tests.campaigns.support.invariants
import tests.campaigns.support.subprocess_task

configure_mappers()
