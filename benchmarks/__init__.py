"""Performance benchmarks, as ratios within one run.

Each module has `run()`: one dict or a list of them, with `name`, `ratio`, `target` and any other figures.
"""
