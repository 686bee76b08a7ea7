"""Several papers as one PDF: all of a request, or the chosen certificates of the list."""
