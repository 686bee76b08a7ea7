"""Tests of anguan.services.photos."""
