"""Tests of anguan.pdf."""
