"""Pages of one request of a holder: start, form, confirmation, receipt, progress, printed forms."""
