"""What the views of the panel share: access, lists, filters, forms, exports, spreadsheets."""
