"""The templates of `infra/`, synthesized once for all tests here."""

from __future__ import annotations

import json
import os
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from infra import cdk
from infra.settings import ROOT
from tests.infra.template import Template

if TYPE_CHECKING:
    from pathlib import Path


def synthesize(folder: Path, *, nag: bool = False, **context: str) -> Template:
    """What `cdk synth -c …` writes; without the layer `dependencies`, which takes a download."""
    os.environ["JSII_NODE"] = cdk.environment()["JSII_NODE"]
    os.environ["JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION"] = "true"
    (folder / "dependencies").mkdir()
    (folder / "dependencies" / "empty").touch()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the CDK's own
        from aws_cdk import App, Validations

        from infra.settings import from_context
        from infra.stack import AduanStack

        given = {
            **json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"],
            "whatsapp_phone_number_id": "111000000000001",
            "dependencies_dir": str(folder / "dependencies"),
            **context,
        }
        app = App(outdir=str(folder / "cdk.out"), context=given)
        stack = AduanStack(app, from_context(app.node))
        if nag:
            from cdk_nag import AwsSolutionsChecks

            Validations.of(app).add_plugins(AwsSolutionsChecks(app))
        with suppress(RuntimeError):  # what cdk-nag found stands in its report, beside the template
            app.synth()
        body = json.loads((folder / "cdk.out" / stack.template_file).read_text("utf-8"))
        return Template(body, region=stack.region)


@pytest.fixture(scope="session")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> tuple[Template, Path]:
    """The template for AWS, and the folder with its file and cdk-nag's report."""
    folder = tmp_path_factory.mktemp("production")
    return synthesize(folder, nag=True), folder / "cdk.out"


@pytest.fixture(scope="session")
def production(synthesized: tuple[Template, Path]) -> Template:
    return synthesized[0]


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Template:
    url = "http://127.0.0.1:4566/_aws/execute-api/{api_id}"
    return synthesize(tmp_path_factory.mktemp("local"), stage="local", public_url=url)
