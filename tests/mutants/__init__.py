"""Mutants: small faults put into a copy of the tree, each with the tests that must fail because of it."""
