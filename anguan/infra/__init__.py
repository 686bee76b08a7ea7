"""Infrastructure: transactions, event log, outbox, notices, settings, stored files and upload inspection."""
