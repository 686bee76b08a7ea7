"""Floor 5, the counter: the only hands that move a request."""
