"""Demo data: a small synthetic register with fixed accounts, for demonstrations and tests."""
