"""The layer `dependencies`: what the functions import from others, as wheels for Lambda.

No Docker: wheels for `manylinux_2_28_aarch64` (Lambda's Amazon Linux 2023 has glibc 2.34) and Python
3.13 are unpacked, exactly those that `uv.lock` names for `[project] dependencies`, hashes checked.
`python -m infra.dependencies` builds it into `.build/`; a build is kept as long as the lock file stays
as it is.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from infra.settings import ROOT

BUILD = ROOT / ".build"
PLATFORM = ["--python-platform", "aarch64-manylinux_2_28", "--python-version", "3.13"]
# What Lambda can hold, unzipped, in a function and all its layers.
LIMIT_MB = 250
SERVICES = frozenset(
    {"dynamodb", "kms", "lambda", "s3", "sns", "sqs", "ssm", "stepfunctions", "sts", "scheduler"}
)
"""Which services' models stay of botocore's three hundred: what the functions have clients for."""

PILLOW_NEEDS = ("libjpeg", "libtiff", "libopenjp2", "libxcb", "libXau", "liblzma", "libzstd")


def build() -> Path:
    """The layer's folder, built now if this lock file has not been built before."""
    recipe = (ROOT / "uv.lock").read_bytes() + Path(__file__).read_bytes()
    layer = BUILD / f"dependencies-{hashlib.sha256(recipe).hexdigest()[:16]}"
    if not layer.exists():
        unfinished = layer.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        _unpack_wheels(unfinished / "python")
        _prune(unfinished / "python")
        unfinished.rename(layer)
    return layer


def size_mb(folder: Path) -> float:
    """Megabytes (2^20 bytes), as Lambda counts them."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 2**20


def _unpack_wheels(target: Path) -> None:
    requirements = BUILD / "requirements.txt"
    requirements.parent.mkdir(exist_ok=True)
    export = ["uv", "export", "--locked", "--no-default-groups", "--no-emit-project", "--quiet"]
    _run(*export, "--output-file", str(requirements))
    install = ["uv", "pip", "install", "--quiet", "--target", str(target), *PLATFORM]
    only = ["--only-binary", ":all:", "--require-hashes", "--no-deps"]
    _run(*install, *only, "--requirement", str(requirements))


def _run(*command: str) -> None:
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - our own words


def _prune(packages: Path) -> None:
    """Leave out what no function can reach: other services' models, tools and caches."""
    for model in (packages / "botocore" / "data").iterdir():
        if model.is_dir() and model.name not in SERVICES:
            shutil.rmtree(model)
    _prune_pillow(packages)
    shutil.rmtree(packages / "bin", ignore_errors=True)
    for cache in packages.rglob("__pycache__"):
        shutil.rmtree(cache)


def _prune_pillow(packages: Path) -> None:
    """Of Pillow what decodes JPEG and PNG stays: a third. `_imaging` is linked to the libraries kept."""
    for module in (packages / "PIL").glob("*.so"):
        if not module.name.startswith("_imaging."):
            module.unlink()
    for library in (packages / "pillow.libs").iterdir():
        if not library.name.startswith(PILLOW_NEEDS):
            library.unlink()


def main() -> None:
    layer = build()
    size = size_mb(layer)
    print(f"{layer.relative_to(ROOT)}: {size:.0f} MB unzipped, of {LIMIT_MB} MB that Lambda holds")  # noqa: T201
    if size > LIMIT_MB:
        sys.exit("The layer is too large for Lambda: drop a dependency.")


if __name__ == "__main__":
    main()
