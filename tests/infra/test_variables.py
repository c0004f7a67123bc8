"""Every function gets the variables it reads, and no other."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from infra.dependencies import SERVICES
from infra.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.infra.template import Template

FUNCTIONS = sorted(handler.parent.name for handler in (ROOT / "functions").glob("*/handler.py"))
FOR_ALL = {
    "JURISDICTION_ID",
    "POWERTOOLS_LOG_LEVEL",
    "POWERTOOLS_METRICS_NAMESPACE",
    "POWERTOOLS_SERVICE_NAME",
    "STAGE",
}
BY_LAMBDA = {
    "AWS_ACCESS_KEY_ID",
    "AWS_ENDPOINT_URL",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
}


def variables_read(file: Path) -> set[str]:
    """The X of every `os.environ["X"]` and `os.environ.get("X")`."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        match node:
            case (
                ast.Subscript(
                    value=ast.Attribute(attr="environ"), slice=ast.Constant(value=str(name))
                )
                | ast.Call(
                    func=ast.Attribute(attr="get", value=ast.Attribute(attr="environ")),
                    args=[ast.Constant(value=str(name)), *_],
                )
            ):
                found.add(name)
    return found


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_gets_the_variables_it_reads(production: Template, function: str) -> None:
    read = variables_read(ROOT / "functions" / function / "handler.py")

    assert set(production.environment(function)) - FOR_ALL == read - FOR_ALL


def test_the_layer_reads_only_what_lambda_sets() -> None:
    files = (ROOT / "layers" / "aduan").rglob("*.py")

    assert set().union(*(variables_read(file) for file in files)) <= FOR_ALL | BY_LAMBDA


def test_every_function_knows_its_name_and_its_city(production: Template) -> None:
    for name in FUNCTIONS:
        variables = production.environment(name)

        assert variables["POWERTOOLS_SERVICE_NAME"] == name
        assert variables["JURISDICTION_ID"] == "kediri"
        assert variables["STAGE"] == "production"


def test_the_template_holds_no_secret(production: Template) -> None:
    told = {name for function in FUNCTIONS for name in production.environment(function)}

    assert {name for name in told if name.endswith(("_SECRET", "_TOKEN", "_KEY"))} == set()
    assert production.resources("AWS::SSM::Parameter") == {}
    assert production.resources("AWS::SecretsManager::Secret") == {}


def test_the_dependencies_keep_the_models_of_all_services_that_the_functions_call() -> None:
    called = {
        node.args[0].value
        for file in (ROOT / "layers" / "aduan").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "client"
        and isinstance(node.args[0], ast.Constant)
    }

    assert called
    assert called <= SERVICES
