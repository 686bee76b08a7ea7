"""Campaigns: many rounds of one danger against real databases, by real processes; each gives a Report."""
