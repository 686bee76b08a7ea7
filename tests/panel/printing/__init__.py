"""Tests of anguan.panel.printing."""
