"""Tests of anguan.panel.settings."""
