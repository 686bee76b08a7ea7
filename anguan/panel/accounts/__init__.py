"""Accounts, recusals and number claims."""
