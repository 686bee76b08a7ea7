"""The promises of the house, kept on both databases."""
