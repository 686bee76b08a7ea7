"""The register, read-only, and external records about people."""
