"""Tests of anguan.services.imports."""
