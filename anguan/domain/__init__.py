"""Floor 2, the facts: what is true, what may become true, and how it is written."""
