"""Tests of the repository itself: documents, names, structure, mutants."""
