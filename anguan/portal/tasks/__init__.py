"""Task cards of the holder's first page."""
