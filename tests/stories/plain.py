"""One plain report, from the first word to the last, on each channel; and one that was not solved.

`make story` plays them in the terminal, `make test` as tests.
"""

from infra.lifecycle_diagram import taken, workflow
from tests.stories import web
from tests.stories.city import City, indent, until
from tests.stories.pictures import png

BEFORE, AFTER = png((20, 20, 30)), png((60, 90, 120))
PLAIN_STATES = [
    "WhereItStands",
    "ResumeWhereItStood",
    "RouteServiceRequest",
    "DispatchToAgency",
    "AwaitAcceptance",
    "AwaitSolution",
    "AwaitRating",
    "WasItSolved",
    "CloseServiceRequest",
]


def a_street_light_on_whatsapp(city: City) -> str:
    """A dark street light: photo and pin on WhatsApp, mended, rated 5, in three messages of ours."""
    siti = city.citizen("whatsapp")
    siti.sends_photo(BEFORE, "image/png", "lampu jalan mati sudah 3 hari, gelap sekali")
    asked = siti.hears("Di mana lokasinya?")
    assert "dirahasiakan" in asked["text"], "the first answer tells how data are used"
    siti.sends_location(-7.828, 112.010)
    siti.hears("Laporan sudah kami terima")
    number = siti.hears_number()

    officer = city.officer("dishub", number)
    assert len(officer.mail["sms"]) <= 160
    page = officer.opens()
    assert "Kampung Dalem" in page.text
    assert web.photos(page) == [BEFORE], "the officer sees the citizen's photo"
    assert siti.address not in page.text + officer.mail["text"]
    officer.presses("Terima laporan")
    after = png()
    officer.solves(after, "Lampu diganti LED.")
    solved = siti.hears("sudah selesai ditangani")
    assert solved["media"], "the citizen sees the officer's photo"
    assert "Lampu diganti LED." in solved["text"]
    assert web.photos(officer.opens()) == [BEFORE, after]
    siti.taps("5")
    siti.hears("🙏")
    city.becomes(number, "closed")
    assert siti.cost() == 3, "the question, the number, the news: a reaction costs nothing"
    assert city.history(number) == PLAIN_STATES
    moves = taken(city.events_of(city.execution(number)), workflow())
    assert len(moves) + 1 <= 10, (
        "Standard workflows are paid by the move, the one into the first included"
    )
    until("nothing to be left undone", lambda: not city.undone(number))
    siti.sends(f"cek {number}")
    siti.hears("sudah ditutup")
    return number


def waste_on_instagram(city: City) -> str:
    """Rubbish on Instagram, where no location can be sent: the place is asked as text."""
    budi = city.citizen("instagram")
    budi.sends("Halo min")
    budi.hears("Ceritakan saja apa yang terjadi")
    budi.sends("sampah menumpuk, sudah seminggu tidak diangkut")
    budi.hears("Di mana")
    budi.sends("TPS Ngronggo, depan pasar")
    budi.hears("Laporan sudah kami terima")
    number = budi.hears_number()
    budi.sends_photo(BEFORE, "image/png")

    officer = city.officer("dlhkp", number)
    officer.presses("Terima laporan")
    officer.presses("Menuju lokasi")
    officer.solves(png())
    budi.hears("sudah selesai ditangani")
    assert any(message["media"] for message in budi.sent()), "the citizen sees the officer's photo"
    budi.sends("4")
    city.becomes(number, "closed")
    return number


def a_drain_not_solved(city: City) -> str:
    """Solved says the agency, not so says the citizen: asked why, reopened, dispatched again."""
    wati = city.citizen("whatsapp", hide_phone=True)
    wati.sends("got mampet di Jl. Veteran depan SMP 4")
    wati.hears("Laporan sudah kami terima")
    number = wati.hears_number()

    officer = city.officer("dpupr", number)
    officer.presses("Terima laporan")
    officer.solves(png())
    wati.hears("sudah diterima DPUPR")
    asked = wati.hears("Foto keadaannya sekarang boleh ikut dikirim")
    wati.sends_photo(AFTER, "image/png")
    wati.hears("👍")
    wati.last = asked
    wati.taps("1")
    wati.hears("Apa yang belum beres?")
    wati.sends("airnya masih meluap ke jalan")
    wati.hears("keterangannya sudah kami catat")

    again = city.officer("dpupr", number, nth=2)
    assert "airnya masih meluap ke jalan" in again.mail["text"]
    assert officer.opens().status == 410, "the first link is over"
    until("the reporter's own photo", lambda: web.photos(again.opens())[-1] == AFTER)
    assert "Sekarang, foto dari warga" in again.opens().text
    again.presses("Terima laporan")
    again.solves(png(), "Sedimen dikeruk.")
    wati.hears("sudah diterima DPUPR")
    wati.hears("sudah selesai ditangani")
    wati.sends("5")
    wati.hears("🙏")
    request = city.becomes(number, "closed")
    assert (request["reopened"], request["attempt"]) == (1, 2)
    return number


STORIES = (a_street_light_on_whatsapp, waste_on_instagram, a_drain_not_solved)


def tell_all(city: City) -> None:
    for story in STORIES:
        city.tell(f"\n━━ {story.__name__.replace('_', ' ')}: {indent(story.__doc__ or '', '')}\n")
        number = story(city)
        city.tell(f"\n   {number}: {' → '.join(city.history(number))}")
