"""Pages of the product beside the same pages of other programs, asked in turn in one run."""
