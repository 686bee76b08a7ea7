<<<<<<< HEAD
"""Tests of the whole project, on SQLite and on PostgreSQL."""
=======
"""The promises of the house, kept on both databases."""

import os

os.environ.setdefault("ANGUAN_KILL_AT", "")
"""Read when anguan is imported: processes of the tests can be told to die at a crash point."""
>>>>>>> 62ba95a204fef6cd5ff88ac8d368a949b193df76
