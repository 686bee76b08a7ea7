"""The catalogue of matters (事项), and the matters as they are in force."""
