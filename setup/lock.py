"""`.venv/bin/python -m setup.lock` renews the locks after a change of pyproject.toml or of a pin here."""

import json
import subprocess
from pathlib import Path

from setup.packages import UV
from setup.say import ROOT, stop, succeeds

# for every platform, and without the addresses from which this machine gets its packages
PLAIN = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-header")
SILENT = ("--no-config", "--no-emit-index-url", "--no-emit-find-links", "--quiet")


def lock_packages() -> None:
    """Write every lock; requires access to the public package registries."""
    _lock(Path("pyproject.toml"), Path("requirements.lock"), "--extra", "build")
    extras = ("--extra", "build", "--extra", "test", "--extra", "dev", "-c", "requirements.lock")
    _lock(Path("pyproject.toml"), Path("requirements-dev.lock"), *extras)
    more = ("--extra", "build", "--extra", "test", "--extra", "dev", "--extra", "bench")
    _lock(Path("pyproject.toml"), Path("requirements-bench.lock"), *more, "-c", "requirements-dev.lock")
    for order in sorted((ROOT / "setup").glob("*.in")):
        _lock(order.relative_to(ROOT), order.with_suffix(".lock").relative_to(ROOT))
    subprocess.run(["npm", "install", "--package-lock-only"], cwd=ROOT, check=True)  # noqa: S607
    _drop_funding(ROOT / "package-lock.json")


def _drop_funding(lock: Path) -> None:
    """Remove the donation addresses that npm copies into its lock: a lock names no host."""
    content = json.loads(lock.read_text(encoding="utf-8"))
    for package in content["packages"].values():
        package.pop("funding", None)
    lock.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _lock(order: Path, lock: Path, *words: str) -> None:
    if not succeeds([UV, "pip", "compile", *PLAIN, *SILENT, order, "-o", lock, *words]):
        stop(f"{lock} 没有更新。")


if __name__ == "__main__":
    lock_packages()
