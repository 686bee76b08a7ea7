"""Translates pip's index settings for uv, which does not read them."""

import ast
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

SECTIONS = ("global", "install", ":env:")  # each overrides the previous ones
HANDED = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "cert": "SSL_CERT_FILE",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "timeout": "UV_HTTP_TIMEOUT",
}


def uv_environment(python: Path) -> dict[str, str]:
    """Environment in which uv uses the package indexes of this machine's pip."""
    listed = subprocess.run(
        [python, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    handed = {
        HANDED[name]: value for name, value in pip_settings(listed.splitlines()).items() if name in HANDED
    }
    if "UV_FIND_LINKS" in handed:
        handed["UV_FIND_LINKS"] = ",".join(handed["UV_FIND_LINKS"].split())
    # like pip: every index counts; the hashes of the lock say which file is the right one
    return {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_NO_PROGRESS": "1"} | handed | dict(os.environ)


def pip_settings(lines: Iterable[str]) -> dict[str, str]:
    """Settings printed by `pip config list`, with pip's order of precedence."""
    found: dict[str, tuple[int, str]] = {}
    for line in lines:
        key, _, value = line.partition("=")
        section, _, name = key.rpartition(".")
        if section not in SECTIONS:
            continue
        rank = SECTIONS.index(section)
        if rank >= found.get(name, (0, ""))[0]:
            found[name] = (rank, str(ast.literal_eval(value)))
    return {name: value for name, (_, value) in found.items()}
