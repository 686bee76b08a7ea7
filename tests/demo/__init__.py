"""Tests of anguan.demo."""
