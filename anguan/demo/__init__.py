"""Floor 7, a small synthetic world with a fixed cast, for people and for tests."""
