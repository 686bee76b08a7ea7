"""Pages of the ID-photo crop tool."""
