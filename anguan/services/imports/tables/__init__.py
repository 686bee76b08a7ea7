"""Uploaded tables: inspection, unpacking, reading, and parsing into rows."""
