"""What people put right becomes training text, without a word of who they are."""

from pathlib import Path

from aduan.correction import Correction
from aduan.understanding import understand
from layers.jurisdictions.training.corrections import write
from layers.jurisdictions.training.examples import read
from tests.builders import KEDIRI, Chat


def a_correction(text: str, **right: str) -> Correction:
    return Correction.of(text, understand(text, KEDIRI), corrected_by="citizen", **right)


def test_what_the_citizen_chose_is_kept_beside_what_was_understood() -> None:
    kept = a_correction("lampu mati di jl veteran", service_code="traffic_light")

    assert (kept.understood_code, kept.service_code) == ("street_light", "traffic_light")
    assert (kept.urgency, kept.place) == ("normal", "jl veteran")


def test_a_kind_that_was_picked_from_the_list_is_kept_with_the_report() -> None:
    citizen = Chat()
    asked = citizen.sends("ada masalah di jl veteran depan sman 2 nomor saya 081234567890")
    assert asked.text.startswith("ask_kind")

    citizen.sends(choice="service:parking")

    kept = citizen.turns[-1].change.correction
    assert kept is not None
    assert (kept.service_code, kept.corrected_by) == ("parking", "citizen")
    assert "ada masalah" in kept.text
    assert "0812" not in kept.text


def test_what_was_understood_by_itself_is_no_correction() -> None:
    citizen = Chat()
    citizen.sends("pju mati sudah 3 hari di Jl. Veteran")

    assert citizen.report is not None
    assert citizen.turns[-1].change.correction is None


def test_it_is_masked() -> None:
    kept = a_correction("lampu mati, hubungi 081234567890", service_code="other")

    assert "081234567890" not in kept.text


def test_it_comes_out_as_training_text(tmp_path: Path) -> None:
    once = a_correction("lampu mati di jl veteran", service_code="other")
    again = a_correction("lampu mati di jl veteran", service_code="traffic_light")

    write([once, again], tmp_path / "corrections.csv")

    (example,) = read(tmp_path / "corrections.csv")
    assert (example.service_code, example.place) == ("traffic_light", "jl veteran")
