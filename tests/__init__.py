"""Tests of the whole project, on SQLite and on PostgreSQL."""

import os

os.environ.setdefault("ANGUAN_KILL_AT", "")
"""Read when anguan is imported: processes of the tests can be told to die at a crash point."""
