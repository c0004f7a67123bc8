"""`make sbom`: what is deployed besides our own code, as CycloneDX, in `.build/sbom.json`.

The names, versions and hashes are those of `uv.lock`, from which the layer is built; each licence is read
from the package itself.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import metadata
from typing import Any

from infra.dependencies import BUILD
from infra.settings import ROOT

EXPORT = ["uv", "export", "--locked", "--no-default-groups", "--format", "cyclonedx1.5", "--quiet"]
# What a public body may deploy without a duty to publish its own, by how the licence begins.
ALLOWED = ("Apache", "BSD", "MIT", "MIT-CMU", "PSF")
# Packages that name their licence by a class alone.
BY_CLASS = "License :: OSI Approved :: "


def bill() -> dict[str, Any]:
    """The bill of materials."""
    said = subprocess.run(EXPORT, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603
    found: dict[str, Any] = json.loads(said.stdout)
    for component in found["components"]:
        component["licenses"] = [{"license": {"name": licence_of(component["name"])}}]
    return found


def licence_of(package: str) -> str:
    """As the package states it; empty if it does not."""
    facts = metadata.metadata(package)
    classes = [each for each in facts.get_all("Classifier") or [] if each.startswith(BY_CLASS)]
    named = facts.get_all("License-Expression") or [each.removeprefix(BY_CLASS) for each in classes]
    return " / ".join(named or facts.get_all("License") or []).partition("\n")[0]


def main() -> int:
    found = bill()
    BUILD.mkdir(exist_ok=True)
    (BUILD / "sbom.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    for component in found["components"]:
        licence = component["licenses"][0]["license"]["name"]
        print(f"{component['name']:24} {component['version']:14} {licence}")  # noqa: T201
    print(f"{(BUILD / 'sbom.json').relative_to(ROOT)}: {len(found['components'])} packages")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
