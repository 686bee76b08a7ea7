"""Import pages and spreadsheet templates."""
