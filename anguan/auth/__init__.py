"""Authentication, sessions, roles, throttles, second factor, registration and number claims; no views."""
