"""Background worker: one function per kind of outbox row, and scheduled work."""
