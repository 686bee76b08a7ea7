"""Order of the set-up steps; the browser is checked first, before steps that take minutes."""

import sys

from setup.assets import fetch_assets
from setup.chromium import require_chromium
from setup.packages import install_packages


def prepare(level: str, *wishes: str) -> None:
    """Set up what this level (`run` or `dev`) needs; a second call does nothing."""
    if "browser" in wishes:
        require_chromium()
    install_packages("bench" if "bench" in wishes else level)
    fetch_assets(level)


if __name__ == "__main__":
    prepare(*sys.argv[1:])
