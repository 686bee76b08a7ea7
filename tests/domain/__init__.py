"""Tests of anguan.domain."""
