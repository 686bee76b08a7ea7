"""PDF rendering of certificates, forms and receipts from plain data; never writes the database."""
