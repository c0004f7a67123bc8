"""What a layer brings along, and what stays at home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.infra.conftest import synthesize

if TYPE_CHECKING:
    from pathlib import Path


def test_the_training_text_stays_at_home_and_the_model_goes_along(tmp_path: Path) -> None:
    synthesize(tmp_path)

    shipped = {path.name for path in tmp_path.glob("cdk.out/asset.*/**/*")}
    assert "understanding.model" in shipped
    assert "training" not in shipped
