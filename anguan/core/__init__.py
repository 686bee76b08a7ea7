"""Floor 0, the language: what a matter, a field, a rule and a move are. Knows nobody, reads nothing."""
