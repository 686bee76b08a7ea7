"""Tests of anguan.panel.imports."""
