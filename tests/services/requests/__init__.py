"""Tests of anguan.services.requests."""
