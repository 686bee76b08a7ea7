"""`python3 -m setup LEVEL [browser]`: first step of every make target; runs on any Python 3."""

import os
import runpy
import shutil
import sys

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")


def use_new_python() -> None:
    """Restart with a newer Python of this machine when the running one is too old, or exit without one."""
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
