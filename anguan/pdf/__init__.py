"""The press: everything printed. Reads plain data, renders PDF, never writes the database."""
