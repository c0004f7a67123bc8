"""What no queue and no stream remembers, the repair finds: nothing of a report is lost."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.stories import web
from tests.stories.city import City, until
from tests.stories.pictures import png


@contextmanager
def without_the_stream(city: City) -> Iterator[None]:
    """The table's stream brings nothing for a while."""
    functions = city.client("lambda")
    name = city.stack["functions"]["carry_out_effects"]
    (mapping,) = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        yield
    finally:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def test_without_the_stream_the_repair_carries_a_report_on(city: City) -> None:
    citizen = city.citizen("whatsapp")

    def repaired(heard: int) -> bool:
        city.reconcile()
        return len(citizen.sent()) > heard

    with without_the_stream(city):
        citizen.sends_photo(png(), "image/png", "got mampet di Jl. Dhoho depan stasiun")
        until("the number by repair", lambda: repaired(0))
        citizen.hears("Laporan sudah kami terima")
        number = citizen.hears_number()
        until("nothing left to repair", lambda: city.reconcile() and not city.undone(number))

        dpupr = city.officer("dpupr", number)
        dpupr.presses("Terima laporan")
        until("the news by repair", lambda: repaired(1))
        citizen.hears("sudah diterima DPUPR")
        page = dpupr.opens()
        assert len(web.photos(page)) == 1
        web.submit(page, page.form("Kembalikan"), words="got perumahan", better_agency="dpkp")
        until("the next agency by repair", lambda: city.reconcile() and _has_mail(city, number))

    city.officer("dpkp", number).presses("Terima laporan")
    assert city.becomes(number, "accepted")["generation"] == 1


def _has_mail(city: City, number: str) -> bool:
    return any(number in mail["text"] for mail in city.mail("dpkp"))
