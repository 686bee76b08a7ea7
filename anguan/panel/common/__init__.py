"""What the views of the panel share: access, routes, forms, words, search, spreadsheets."""
