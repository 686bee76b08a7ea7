"""Core types: matters, fields, materials, rules, request lifecycle and clock. Standard library only."""
