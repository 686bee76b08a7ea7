"""Tests of anguan.worker."""
