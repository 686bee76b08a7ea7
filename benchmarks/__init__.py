"""What it costs, as ratios within one run: each module here has `run()`."""
