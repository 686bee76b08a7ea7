"""What the repository itself promises: documents, style, structure, mutants."""
