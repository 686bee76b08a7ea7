"""Tests of anguan.panel.office_filing."""
