"""Databases of the product with N requests, made set-wise by SQL: the same rows on SQLite and PostgreSQL."""
