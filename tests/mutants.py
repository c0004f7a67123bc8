"""`make mutants`: change the core of the domain a little, one change at a time; a test must notice.

mutmut knows no packages that lie deeper than `src/`, so the tree is laid out for it in `.local/mutants`.
With words on the command line, only those modules (`make mutants OF="routing conversation.rating"`).
Prints a line a module, and writes what no test noticed into `.local/survivors.md`; fails below 85 of a
hundred. `tests/survivors.md` is the last whole run.
"""

from __future__ import annotations

import ast
import difflib
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).absolute().parents[1]
WORKSPACE = ROOT / ".local" / "mutants"
SOURCE = ROOT / "layers/aduan/python/aduan"
WANTED_PER_CENT = 85
CORE = (
    "change",
    "deadline",
    "desk_link",
    "officer",
    "privacy",
    "proof",
    "report_number",
    "routing",
    "service_request",
    "working_time",
    *(f"conversation.{each.stem}" for each in sorted((SOURCE / "conversation").glob("*.py"))),
)
CONFIGURATION = """
[tool.mutmut]
source_paths = ["src"]
only_mutate = [{paths}]
also_copy = ["layers", "tests"]
pytest_add_cli_args_test_selection = ["tests/domain"]
pytest_add_cli_args = ["--deselect", "tests/domain/test_speed.py", "--deselect", "tests/domain/test_bombs.py"]

[tool.pytest.ini_options]
addopts = "-q --import-mode=importlib -p no:cacheprovider"
pythonpath = [".", "src", "layers/jurisdictions/python"]
"""
SEEN = {
    1: "noticed",
    3: "noticed",
    0: "not noticed",
    33: "never run",
    36: "noticed",
    -24: "noticed",
}
"""mutmut's exit codes: pytest failed, pytest broke, passed, no test runs it, endless, out of time."""


def main() -> int:
    modules = [each for each in CORE if not sys.argv[1:] or each in sys.argv[1:]]
    _lay_out(modules)
    done = subprocess.run(
        ["mutmut", "run", "--max-children", os.environ.get("AT_ONCE", "1")],
        cwd=WORKSPACE,
        env=os.environ
        | {"CONVERSATIONS": "10"},  # what ten of them do not notice, hundreds do late
        check=False,
    )
    if done.returncode:
        return done.returncode
    return report(modules)


def report(modules: Sequence[str]) -> int:
    """The table, and the list of what no test noticed."""
    noticed = made = 0
    table = ["| module | mutants | noticed |", "| --- | --- | --- |"]
    left: list[str] = []
    for module in modules:
        results = _results(module)
        counted = Counter(results.values())
        noticed, made = noticed + counted["noticed"], made + len(results)
        if results:
            share = 100 * counted["noticed"] / len(results)
            table.append(f"| {module} | {len(results)} | {share:.1f} % |")
            left += _left(module, [name for name, why in results.items() if why != "noticed"])
    table.append(f"| **all** | **{made}** | **{100 * noticed / made:.1f} %** |")
    print(*table, sep="\n")
    listed = "\n".join(left)
    text = "# What no test notices\n\n" + "\n".join(table) + f"\n\n```diff\n{listed}\n```\n"
    (ROOT / ".local" / "survivors.md").write_text(text, "utf-8")
    return 1 if 100 * noticed < WANTED_PER_CENT * made else 0


def _left(module: str, names: Sequence[str]) -> Iterator[str]:
    """The line of the function as it is, and as no test minds it."""
    source = WORKSPACE / "mutants/src/aduan" / f"{module.replace('.', '/')}.py"
    found = {
        node.name: ast.unparse(node).splitlines()[1:]
        for node in ast.walk(ast.parse(source.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    for name in names:
        changed = name.rpartition(".")[2]
        was = found[f"{changed.rpartition('__mutmut_')[0]}__mutmut_orig"]
        lines = difflib.unified_diff(was, found[changed], lineterm="", n=0)
        yield f"@@ {name.removeprefix('aduan.')}"
        yield from (line[:1] + line[1:].strip() for line in lines if line[:2] in ("- ", "+ "))


def _lay_out(modules: list[str]) -> None:
    """Everything copied anew: mutmut would go by the time of a file, and keep what is no longer so."""
    shutil.rmtree(WORKSPACE, ignore_errors=True)
    junk = shutil.ignore_patterns("__pycache__", "node_modules", "screenshots")
    shutil.copytree(SOURCE, WORKSPACE / "src/aduan", ignore=junk)
    shutil.copytree(ROOT / "layers/jurisdictions", WORKSPACE / "layers/jurisdictions", ignore=junk)
    shutil.copytree(ROOT / "tests", WORKSPACE / "tests", ignore=junk)
    paths = ", ".join(f'"*/aduan/{each.replace(".", "/")}.py"' for each in modules)
    (WORKSPACE / "pyproject.toml").write_text(CONFIGURATION.format(paths=paths), "utf-8")


def _results(module: str) -> dict[str, str]:
    file = WORKSPACE / "mutants/src/aduan" / f"{module.replace('.', '/')}.py.meta"
    if not file.exists():
        return {}
    codes = json.loads(file.read_text("utf-8"))["exit_code_by_key"]
    return {name: SEEN.get(code, f"exit {code}") for name, code in codes.items()}


if __name__ == "__main__":
    sys.exit(main())
