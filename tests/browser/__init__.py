"""Tests that need a real browser: the manuals step by step, accessibility, requests to other hosts."""
