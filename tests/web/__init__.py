"""Tests of anguan.web."""
