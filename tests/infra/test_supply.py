"""What others wrote and we deploy: known by version and hash, under licences that a city may use."""

from __future__ import annotations

import re
import tomllib

import pytest

from infra import dependencies, sbom
from infra.settings import ROOT

LOCK = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
DEPLOYED = {each["name"]: each for each in sbom.bill()["components"]}


def test_few_packages_are_deployed_and_each_is_known() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    direct = {re.split(r"[><=]", each)[0] for each in wanted}

    assert direct <= set(DEPLOYED)
    assert len(DEPLOYED) <= 15
    for component in DEPLOYED.values():
        assert component["purl"] == f"pkg:pypi/{component['name']}@{component['version']}"


@pytest.mark.parametrize("name", DEPLOYED)
def test_each_has_a_licence_that_asks_for_no_more_than_its_name(name: str) -> None:
    licence = DEPLOYED[name]["licenses"][0]["license"]["name"]

    assert licence.startswith(sbom.ALLOWED), licence
    assert "GPL" not in licence


@pytest.mark.parametrize("name", DEPLOYED)
def test_each_file_of_each_is_known_by_its_hash(name: str) -> None:
    """The layer is built with --require-hashes: a package changed at its source is refused."""
    (package,) = (each for each in LOCK["package"] if each["name"] == name)

    assert all(wheel["hash"].startswith("sha256:") for wheel in package["wheels"])


def test_the_layer_takes_wheels_by_their_hashes_and_runs_nobodys_build() -> None:
    source = (ROOT / "infra" / "dependencies.py").read_text("utf-8")

    assert '"--only-binary", ":all:", "--require-hashes", "--no-deps"' in source
    assert "--locked" in source
    assert dependencies.PLATFORM


def test_npm_brings_only_the_pinned_command_line_and_runs_no_script() -> None:
    source = (ROOT / "infra" / "cdk.py").read_text("utf-8")

    assert '"ci", "--ignore-scripts"' in source
