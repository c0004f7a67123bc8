"""What may import what: the domain knows the standard library and itself, nothing else."""

import ast
import sys
from pathlib import Path

import pytest

LAYER = Path(__file__).parents[1] / "layers/aduan/python/aduan"
DOMAIN = sorted(
    path
    for path in LAYER.rglob("*.py")
    if path.relative_to(LAYER).parts[0] not in ("aws", "meta", "pictures")
)


def imports_of(path: Path) -> set[str]:
    """The modules that a file imports, by their full names."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


@pytest.mark.parametrize("path", DOMAIN, ids=lambda path: str(path.relative_to(LAYER)))
def test_the_domain_is_pure(path: Path) -> None:
    for name in imports_of(path):
        assert name.split(".")[0] in {*sys.stdlib_module_names, "aduan"}, name
        assert not name.startswith(("aduan.aws", "aduan.meta")), name


@pytest.mark.parametrize("path", DOMAIN, ids=lambda path: str(path.relative_to(LAYER)))
def test_the_domain_reads_no_clock_and_no_environment(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    assert "datetime.now(" not in source
    assert "os.environ" not in source


@pytest.mark.parametrize("path", sorted((LAYER / "meta").glob("*.py")), ids=lambda path: path.name)
def test_meta_knows_nothing_of_aws(path: Path) -> None:
    assert not any(name.startswith(("aduan.aws", "boto")) for name in imports_of(path))
