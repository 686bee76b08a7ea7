"""Tests of anguan.panel.audits."""
