"""Tests of the whole project, on SQLite and on PostgreSQL."""
