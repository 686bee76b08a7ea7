"""How existing people, firms and certificates come in: rehearsed, then written whole or not at all."""
