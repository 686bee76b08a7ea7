"""Floor 4, what every counter writes with: transaction, events, outbox, notices, files."""
