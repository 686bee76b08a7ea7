"""Statistics, charts and report files."""
