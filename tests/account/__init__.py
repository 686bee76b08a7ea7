"""Tests of anguan.account."""
