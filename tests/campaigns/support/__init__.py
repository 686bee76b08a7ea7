"""Helpers of the campaigns: processes, invariants, reports."""
