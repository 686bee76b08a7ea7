"""Tests of anguan.portal."""
