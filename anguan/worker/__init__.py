"""Floor 6, the work behind the counter: one function per kind of outbox row, and what the clock does."""
