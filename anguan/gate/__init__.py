"""Floor 6, who is at the door: login, sessions, roles, scope, throttles."""
