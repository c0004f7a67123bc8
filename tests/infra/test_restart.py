"""`make down` and `make up` again: what was under way goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infra.local.stack import LocalStack
from tests.stories.city import City
from tests.stories.pictures import png

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def stack() -> Iterator[LocalStack]:
    stack = LocalStack("restart")
    stack.clean()
    yield stack
    stack.clean()


def test_reports_in_flight_go_on_after_down_and_up(stack: LocalStack) -> None:
    city = City(stack.up())
    siti = city.citizen("whatsapp")
    siti.sends("lampu jalan mati")
    siti.hears("Di mana lokasinya?")
    siti.sends_location(-7.828, 112.010)
    siti.hears("Apakah sudah benar?")
    siti.taps("Benar, kirim")
    siti.hears("Laporan sudah kami terima")
    number = siti.hears_number()
    officer = city.officer("dishub", number)
    officer.presses("Terima laporan")
    siti.hears("sudah diterima Dishub")

    stack.down()
    assert not stack.is_up
    again = stack.up()
    officer.solves(png((250, 220, 120)), "Lampu diganti LED.")

    siti.hears("sudah selesai ditangani")
    siti.taps("5")
    siti.hears("Terima kasih atas nilai 5")
    city.becomes(number, "closed")
    assert len(City(again).mail("dishub")) == 1, "the agency is not told twice"
