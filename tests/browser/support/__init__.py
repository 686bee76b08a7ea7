"""Helpers of the browser tests: server, persons, tours, checks."""
