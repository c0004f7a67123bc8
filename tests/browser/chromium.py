"""A Chromium to test with, and axe-core: what is installed, else from npm, with versions pinned.

The npm package `@sparticuz/chromium` carries a whole Chromium with the libraries and fonts that
a bare machine lacks; so browser tests need neither root nor a download that nothing checks.
`ADUAN_CHROMIUM` names another executable; `npm` means: fetch it, whatever is installed.
"""

import fcntl
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from infra import cdk
from infra.settings import ROOT

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
UNPACKED = ROOT / ".build" / "chromium"
INSTALLED = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
ARCHIVES = ("al2023.tar.br", "swiftshader.tar.br", "fonts.tar.br")
UNBROTLI = """
const fs = require("node:fs"), zlib = require("node:zlib"), { pipeline } = require("node:stream");
const [from, to] = process.argv.slice(1);
pipeline(fs.createReadStream(from), zlib.createBrotliDecompress(), fs.createWriteStream(to),
  (error) => { if (error) throw error; });
"""
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


@dataclass(frozen=True)
class Chromium:
    """What Playwright must be told to start it."""

    executable: str
    env: dict[str, str]
    args: tuple[str, ...] = ("--no-sandbox", "--disable-gpu", "--font-render-hinting=none")


def find() -> Chromium:
    """The one that is installed, or the one from npm, fetched and unpacked at the first call."""
    wanted = os.environ.get("ADUAN_CHROMIUM", "")
    installed = wanted or next(filter(None, map(shutil.which, INSTALLED)), None)
    if installed and wanted != "npm":
        return Chromium(installed, {})
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise AssertionError("install Chromium or Chrome, or name one: ADUAN_CHROMIUM=<path>")
    return _from_npm()


def axe() -> str:
    """The source of axe-core, to be run in a page."""
    _install()
    return (MODULES / "axe-core" / "axe.min.js").read_text("utf-8")


def _from_npm() -> Chromium:
    _install()
    folder = UNPACKED / _pinned()["@sparticuz/chromium"]
    with _alone():
        if not folder.exists():
            unfinished = folder.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            _unpack(unfinished)
            unfinished.rename(folder)
    fontconfig = folder / "fonts.conf"
    fontconfig.write_text(FONTS.format(fonts=folder / "fonts", cache=folder / "cache"), "utf-8")
    libraries = os.pathsep.join([str(folder / "lib"), os.environ.get("LD_LIBRARY_PATH", "")])
    env = {"LD_LIBRARY_PATH": libraries.rstrip(os.pathsep), "FONTCONFIG_FILE": str(fontconfig)}
    return Chromium(str(folder / "chromium"), env)


def _unpack(folder: Path) -> None:
    folder.mkdir(parents=True)
    source = MODULES / "@sparticuz" / "chromium" / "bin"
    _unbrotli(source / "chromium.br", folder / "chromium")
    (folder / "chromium").chmod(0o755)
    for name in ARCHIVES:
        archive = folder / name.removesuffix(".br")
        _unbrotli(source / name, archive)
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        archive.unlink()


def _unbrotli(source: Path, target: Path) -> None:
    subprocess.run([str(cdk.NODE), "-e", UNBROTLI, str(source), str(target)], check=True)


def _pinned() -> dict[str, str]:
    versions: dict[str, str] = json.loads((HERE / "package.json").read_text("utf-8"))[
        "devDependencies"
    ]
    return versions


def _install() -> None:
    """Fetch what `package-lock.json` pins, integrity checked, unless it is there."""
    with _alone():
        if all(_version(name) == version for name, version in _pinned().items()):
            return
        sys.stderr.write("Fetching Chromium and axe-core from npm …\n")
        npm = [str(cdk.NODE), str(cdk.NPM), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(
            [*npm, "--loglevel=error", "--fetch-retries=1"],
            cwd=HERE,
            env=cdk.environment(),
            check=False,
            stdout=subprocess.DEVNULL,
        )
        if done.returncode:
            raise AssertionError("npm could not fetch them, for the reason above")


def _version(name: str) -> str:
    manifest = MODULES / name / "package.json"
    if not manifest.exists():
        return ""
    return str(json.loads(manifest.read_text("utf-8"))["version"])


class _alone:  # noqa: N801 - used as a word: `with _alone():`
    """One process at a time fetches and unpacks."""

    def __enter__(self) -> None:
        self._lock = (HERE / "package.json").open()
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._lock.close()
