"""Review of a request: claims, checks, decisions, approval, batches, audits."""
