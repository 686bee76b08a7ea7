"""Tests of anguan.infra."""
