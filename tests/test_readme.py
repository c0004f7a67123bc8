"""What the README names is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINKED = sorted(set(re.findall(r"\]\(([^)#]+)\)", README)))
PICTURES = [path for path in LINKED if path.endswith(".png")]
TARGETS = sorted(set(re.findall(r"make ([a-z]+)", README)) - {"alone"})


@pytest.mark.parametrize("path", [path for path in LINKED if "://" not in path])
def test_every_path_of_the_readme_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("target", TARGETS)
def test_every_command_of_the_readme_is_in_the_makefile(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("path", PICTURES)
def test_every_picture_of_the_readme_is_small(path: str) -> None:
    assert (ROOT / path).stat().st_size < 150_000
