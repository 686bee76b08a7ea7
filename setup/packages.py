"""The virtual environment and its Python packages, exactly those of the locks."""

import importlib.util
import sys
from pathlib import Path

from setup.index import uv_environment
from setup.say import ROOT, say, stop, succeeds
from setup.stamps import digest, is_done, mark_done

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
LOCKS = {
    "run": ROOT / "requirements.lock",
    "dev": ROOT / "requirements-dev.lock",
    "bench": ROOT / "requirements-bench.lock",
}
"""`bench` has what `dev` has, and the programs that pages are compared with."""
UV_LOCK = ROOT / "setup" / "uv.lock"
PLAIN_BUILD = ("--no-deps", "--no-build-isolation")


def install_packages(level: str) -> None:
    """Install the packages of this level's lock, unless they are installed already."""
    if PYTHON.exists() and is_done(f"packages-{level}", _state(level)):
        return
    _make_environment()
    say("正在安装 Python 依赖（第一次约需一分钟）…")
    if not (_install(LOCKS[level]) and _install_project()):
        stop("依赖安装失败：请检查网络和 pip 设置，然后重试。")
    mark_done("home", str(ROOT))
    for covered in {"run", level}:  # the tests need what the application needs
        mark_done(f"packages-{covered}", _state(covered))


def install_lock(lock: Path) -> bool:
    """Install one more locked package with pip, for the rare machine that needs it."""
    return succeeds([PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock])


def _state(level: str) -> str:
    return digest([LOCKS[level], ROOT / "pyproject.toml"], str(ROOT), _version())


def _version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _make_environment() -> None:
    moved = not is_done("home", str(ROOT)) and (VENV / "setup-done.json").exists()
    if PYTHON.exists() and not moved and succeeds([PYTHON, "-m", "pip", "--version"]):
        return
    if importlib.util.find_spec("ensurepip") is None:
        stop(f"这台机器的 Python 缺少 venv 模块：请先安装软件包 python{_version()}-venv，然后重试。")
    say("正在建立虚拟环境 .venv …")
    if not succeeds([sys.executable, "-m", "venv", "--clear", VENV]):
        stop(f"虚拟环境建立失败：请先安装软件包 python{_version()}-venv，然后重试。")


def _install(lock: Path) -> bool:
    if UV.exists() or install_lock(UV_LOCK):
        command = (UV, "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "-r", lock)
        if succeeds(command, uv_environment(PYTHON)):
            return True
        say("uv 未能完成安装，改用 pip（较慢）…")
    return install_lock(lock)


def _install_project() -> bool:
    """Install the console script `anguan` for the files of this folder, with the locked setuptools."""
    return succeeds((PYTHON, "-m", "pip", "install", "--quiet", *PLAIN_BUILD, "-e", ROOT))
