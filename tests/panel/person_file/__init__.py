"""Tests of anguan.panel.person_file."""
