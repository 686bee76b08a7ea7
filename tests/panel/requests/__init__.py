"""Tests of anguan.panel.requests."""
