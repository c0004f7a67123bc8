"""How well Kediri's messages are understood, and that the model is the one of the training text."""

import json
import zipfile
from pathlib import Path

import pytest

from aduan import jurisdiction
from aduan.understanding import knowledge, understand
from aduan.understanding.linear import learnt_from
from layers.jurisdictions.training import vocabulary
from layers.jurisdictions.training.evaluate import DEVELOPMENT_SET, answer, figures, read
from layers.jurisdictions.training.examples import TEXT, digest, read_all
from tests.builders import KEDIRI

# A little under what was found, so that it cannot fall unseen.
FLOORS = {
    "top1": 0.97,
    "top3": 0.99,
    "emergency_recall": 0.975,
    "emergency_precision": 0.9,
    "place_recall": 0.97,
    "place_precision": 0.97,
}
HELD_OUT = Path(__file__).parents[1] / "messages/held_out.csv"
HELD_OUT_FLOORS = {
    "top1": 0.895,
    "top3": 0.98,
    "emergency_recall": 0.97,
    "emergency_precision": 0.9,
    "place_recall": 0.945,
    "place_precision": 0.97,
}
MB = 1_000_000


@pytest.fixture(scope="module")
def found() -> dict[str, float]:
    messages = read(DEVELOPMENT_SET)
    return figures(messages, [answer(each, understand(each.text, KEDIRI)) for each in messages])


@pytest.mark.parametrize("figure", FLOORS)
def test_the_development_set_is_understood_as_well_as_before(
    found: dict[str, float], figure: str
) -> None:
    assert found[figure] >= FLOORS[figure]


@pytest.fixture(scope="module")
def found_on_held_out() -> dict[str, float]:
    messages = read(HELD_OUT)
    return figures(messages, [answer(each, understand(each.text, KEDIRI)) for each in messages])


@pytest.mark.parametrize("figure", HELD_OUT_FLOORS)
def test_text_that_nobody_looked_at_is_understood_as_well_as_before(
    found_on_held_out: dict[str, float], figure: str
) -> None:
    assert found_on_held_out[figure] >= HELD_OUT_FLOORS[figure]


def test_confidences_are_honest(found: dict[str, float]) -> None:
    assert found["calibration_error"] <= 0.06
    assert found["emergency_calibration_error"] <= 0.06


def test_the_model_is_learnt_from_the_text_as_it_stands() -> None:
    model = jurisdiction.read("kediri", knowledge.MODEL)

    assert learnt_from(model) == digest(), "make train"
    assert json.loads(jurisdiction.read("kediri", knowledge.WORDS)) == json.loads(
        vocabulary.written()
    )


def test_the_model_is_small(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "model.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in (knowledge.MODEL, knowledge.WORDS):
            archive.writestr(name, jurisdiction.read("kediri", name))

    assert (tmp_path / "model.zip").stat().st_size < 2 * MB


def test_every_training_line_says_what_it_is() -> None:
    codes = set(knowledge.models("kediri").service_code.labels)

    for example in read_all():
        assert example.text.strip()
        assert example.service_code in codes
        assert example.urgency in ("normal", "emergency")
        assert example.place in example.text
        assert not (example.service_code == "not_a_report" and example.place), example.text


def test_no_training_line_is_of_the_development_set() -> None:
    tested = {message.text.strip().lower() for message in read(DEVELOPMENT_SET)}

    assert not tested & {example.text.strip().lower() for example in read_all()}


def test_the_model_knows_what_can_be_reported_and_what_is_no_report() -> None:
    codes = set(knowledge.models("kediri").service_code.labels)

    assert codes == {*KEDIRI.services, "not_a_report"}


def test_there_is_training_text() -> None:
    assert list(TEXT.glob("*.csv"))
