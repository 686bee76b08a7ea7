"""Tests of anguan.public."""
