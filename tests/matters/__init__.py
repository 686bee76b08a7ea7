"""Tests of anguan.matters."""
