"""The machine stops and starts again, and reports in flight go on."""

import os

from infra.local.stack import LocalStack
from tests.stories.city import SHORT, City
from tests.stories.pictures import png


def test_a_report_in_flight_goes_on_after_a_restart(city: City) -> None:
    citizen = city.citizen("whatsapp")
    citizen.sends("sampah menumpuk di Jl. Hasanudin depan pasar")
    citizen.hears("Laporan sudah kami terima")
    number = citizen.hears_number()
    officer = city.officer("dlhkp", number)
    officer.presses("Terima laporan")

    stack = LocalStack(os.environ.get("STORIES_INSTANCE", "test"), context=SHORT)
    stack.down()
    city.stack.update(stack.up())

    officer.solves(png())
    citizen.hears("sudah selesai ditangani")
    citizen.sends("5")
    citizen.hears("🙏")
    assert city.becomes(number, "closed")["generation"] == 2
