"""Tests that need a real browser: the manuals step by step, accessibility, and requests that leave the host."""
