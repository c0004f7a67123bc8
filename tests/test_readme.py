"""What the README names is there."""

import ast
import re
from pathlib import Path

import pytest

from aduan.conversation.kinds import ANSWERS
from aduan.message import Kind

ROOT = Path(__file__).parents[1]
STORIES = ("test_", "a_", "waste_")
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


@pytest.mark.parametrize("kind", ANSWERS)
def test_the_table_of_message_kinds_is_the_codes(kind: Kind) -> None:
    assert f"| {kind.replace('_', ' ')} | {ANSWERS[kind]} |" in README


def stories() -> dict[str, str]:
    """Name → what it is about, of every story that stands in the README's table."""
    told = {}
    for name in ("plain.py", "test_conversation.py"):
        tree = ast.parse((ROOT / "tests/stories" / name).read_text(encoding="utf-8"))
        for node in tree.body:
            about = ast.get_docstring(node) if isinstance(node, ast.FunctionDef) else None
            if about and isinstance(node, ast.FunctionDef) and node.name.startswith(STORIES):
                told[node.name.removeprefix("test_")] = about
    return told


@pytest.mark.parametrize("name", stories())
def test_every_story_has_a_row_in_the_readme(name: str) -> None:
    assert f"| {name.replace('_', ' ')} | {stories()[name]} |" in README


@pytest.mark.parametrize("path", PICTURES)
def test_every_picture_of_the_readme_is_small(path: str) -> None:
    assert (ROOT / path).stat().st_size < 150_000
