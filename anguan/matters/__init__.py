"""Floor 3, the sentences: every matter in menu order, and as it is in force now."""
