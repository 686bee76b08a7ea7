"""Daily figures: what statistics count, kept by day and region, and counted again where records changed."""
