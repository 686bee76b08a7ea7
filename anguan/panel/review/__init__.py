"""The review page of one request: what it shows, claims, decisions, documents, conflicts."""
