"""Tests of anguan.cli."""
