"""The workshop: brings a fresh clone to the point where it runs, with the standard library alone."""
