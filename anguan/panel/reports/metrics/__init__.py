"""The figures of the office: counted by the database, by the day of Beijing, for one region or for all."""
