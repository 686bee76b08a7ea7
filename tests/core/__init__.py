"""Tests of anguan.core."""
