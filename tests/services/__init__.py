"""Tests of anguan.services."""
