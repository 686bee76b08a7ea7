"""Import pages and the empty tables to fill in."""
