"""Tests of anguan.panel.reports."""
