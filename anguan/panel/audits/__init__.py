"""Random audits of decided requests."""
