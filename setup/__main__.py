"""`python3 -m setup LEVEL [browser]`: what every make target does first. This file runs on any Python 3."""

import os
import runpy
import shutil
import sys

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")


def use_new_python() -> None:
    """Start again with a newer Python of this machine when the one that was called is too old."""
    if sys.version_info >= OLDEST:
        return
    for name in NEWER:
        path = shutil.which(name)
        if path:
            os.execv(path, [path, "-m", "setup", *sys.argv[1:]])  # noqa: S606
    sys.exit("需要 Python 3.11 或更新的版本，现在的是 {}.{}：请先安装。".format(*sys.version_info[:2]))


if __name__ == "__main__":
    use_new_python()
    runpy.run_module("setup.prepare", run_name="__main__")
