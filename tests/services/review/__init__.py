"""Tests of anguan.services.review."""
