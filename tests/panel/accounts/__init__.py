"""Tests of anguan.panel.accounts."""
