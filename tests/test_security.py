"""What SECURITY.md names is there, and what it says of retention is what the data say."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

from aduan import retention

ROOT = Path(__file__).parents[1]
SECURITY = (ROOT / "SECURITY.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(test_\w+\.py)::(test_\w+)`", SECURITY)))
LINKED = sorted(set(re.findall(r"\]\(([^)#]+)\)", SECURITY)))
THREATS = SECURITY.partition("## Threats")[2].partition("\n## ")[0]


def names_of_tests() -> dict[str, set[str]]:
    """File name → the tests in files of this name."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in (ROOT / "tests").rglob("test_*.py"):
        if "node_modules" not in file.parts:
            tree = ast.parse(file.read_text("utf-8"))
            found[file.name] |= {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}
    return found


THERE = names_of_tests()


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_every_test_that_holds_a_threat_exists(file: str, name: str) -> None:
    assert name in THERE[file]


def test_every_threat_has_a_test() -> None:
    rows = [line for line in THREATS.splitlines() if line.startswith("| ")][2:]

    assert len(rows) > 25
    assert [row for row in rows if "`test_" not in row] == []


@pytest.mark.parametrize("path", LINKED)
def test_every_path_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`make ([a-z-]+)", SECURITY))))
def test_every_command_is_in_the_makefile(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("kept", retention.load("kediri").values(), ids=lambda kept: kept.id)
def test_the_retention_table_is_the_data(kept: retention.Kept) -> None:
    days = str(kept.days) if kept.days else "for good"

    assert f"| {kept.what} | {days} | {kept.ended_by} |" in SECURITY
