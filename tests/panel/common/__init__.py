"""Tests of anguan.panel.common."""
