"""Helpers of the tests: databases, clients, factories, sample files."""
