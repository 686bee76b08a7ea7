"""The reviewer's side of a request: claims, checks, decisions, approval, batches, audits."""
