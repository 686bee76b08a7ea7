"""Campaigns: many rounds of one race or crash on real databases, by real processes; each gives a Report."""
