"""Domain logic: register fields, dossiers, rules, consequences, policies, calendar and numbers."""
