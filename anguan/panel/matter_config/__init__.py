"""Settings of one matter: texts, materials, questions, rules, review steps."""
