"""Tests of anguan.panel.review."""
