"""Tests of anguan.panel."""
