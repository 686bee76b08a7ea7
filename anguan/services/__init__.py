"""Business logic: the only layer that changes the state of a request."""
