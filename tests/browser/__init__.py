"""What only a real browser can see: the walks of the manuals, accessibility, and what leaves the host."""
