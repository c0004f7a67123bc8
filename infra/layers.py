"""The layers under every function: our code, the city's data and, on AWS, what others wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import dependencies
from infra.python_function import NOT_CODE, RUNTIME
from infra.settings import ROOT, Settings

if TYPE_CHECKING:
    from pathlib import Path


TRAINING = "training"  # the text from which a model was learnt, beside the model


class Layers(Construct):
    """`aduan`, `jurisdictions` and `dependencies`, in this order."""

    def __init__(self, scope: Construct, id: str, *, settings: Settings) -> None:  # noqa: A002
        super().__init__(scope, id)
        self.all = [
            self._layer("aduan", ROOT / "layers" / "aduan"),
            self._layer("jurisdictions", ROOT / "layers" / "jurisdictions"),
        ]
        # On this machine functions run in the interpreter that has the dependencies already.
        if not settings.is_local:
            folder = self.node.try_get_context("dependencies_dir") or dependencies.build()
            self.all.append(self._layer("dependencies", folder))

    def _layer(self, name: str, folder: Path | str) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            name,
            code=lambda_.Code.from_asset(
                str(folder), exclude=[] if name == "dependencies" else [*NOT_CODE, TRAINING]
            ),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[lambda_.Architecture.ARM_64],
        )
