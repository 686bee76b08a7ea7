"""Pages of the panel in Chromium."""
