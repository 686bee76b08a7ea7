"""Metrics of the office: counted in the database, by days in Beijing time, for one region or for all."""
