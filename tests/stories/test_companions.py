"""Several agencies on one report: each by its own link, in their order, and the citizen has one report."""

from concurrent.futures import ThreadPoolExecutor

from tests.stories import web
from tests.stories.city import City, until
from tests.stories.pictures import png
from tests.stories.plain import PLAIN_STATES


def test_a_tree_on_a_power_line_is_plns_then_dlhkps_and_one_report_to_the_citizen(
    city: City,
) -> None:
    citizen = city.citizen("whatsapp")
    citizen.sends("pohon tumbang menimpa kabel listrik di Jl. Veteran depan SMA 1")
    citizen.hears("Laporan")
    number = citizen.hears_number()

    pln = city.officer("pln", number)
    assert "warga menyebut kabel, listrik" in pln.mail["text"]
    bpbd = city.officer("bpbd", number)
    assert "untuk diketahui" in bpbd.mail["text"]
    page = pln.opens().text
    assert "DLHKP: menunggu PLN lebih dahulu" in page
    assert _about(city, "dlhkp", number) == [], "nobody touches the tree before the current is off"

    pln.presses("Terima laporan")
    citizen.hears("sudah diterima PLN")
    pln.solves(png((10, 10, 10)), "Aliran listrik sudah dipadamkan.")
    dlhkp = city.officer("dlhkp", number)
    assert "setelah PLN memastikan aliran listrik padam" in dlhkp.mail["text"]
    assert city.request(number)["status"] == "accepted", "the tree still lies there"
    assert "menunggu instansi lain" in pln.opens().text

    dlhkp.presses("Terima laporan")
    shown = dlhkp.opens().text
    assert "Bagian PLN selesai" in shown
    assert "BPBD: sudah diberi tahu" in shown
    dlhkp.solves(png((90, 120, 60)), "Pohon sudah disingkirkan.")

    solved = citizen.hears("sudah selesai ditangani")
    assert "Pohon sudah disingkirkan." in solved["text"]
    until(
        "those who were told to hear that it is over",
        lambda: len(_about(city, "bpbd", number)) == 2,
    )
    told = [message["text"] for message in citizen.sent()]
    assert len([text for text in told if "sudah selesai" in text]) == 1
    assert not any("DLHKP" in text for text in told), "no message for each agency"
    citizen.taps("5")
    citizen.hears("🙏")
    city.becomes(number, "closed")
    until("the workflow to end", lambda: city.history(number) == PLAIN_STATES)
    until("nothing to be left undone", lambda: not city.undone(number))
    assert city.reconcile()["workflows_started_anew"] == 0


def test_two_agencies_that_finish_at_the_same_moment_finish_one_report(city: City) -> None:
    citizen = city.citizen("whatsapp")
    citizen.sends("kecelakaan motor ada yang luka parah di Jl. Dhoho depan stasiun")
    citizen.hears("112")
    number = citizen.hears_number()
    officers = [city.officer(agency, number) for agency in ("polres", "dinkes")]
    for officer in officers:
        officer.presses("Terima laporan")
    pages = [officer.uploads(png((n, 40, 80))) for n, officer in enumerate(officers)]

    with ThreadPoolExecutor() as both:
        done = both.map(lambda page: web.submit(page, page.form("Selesai"), words="beres"), pages)
        assert [page.status for page in done] == [200, 200]

    city.becomes(number, "solved")
    citizen.hears("sudah selesai ditangani")
    assert [text for text in citizen.quiet_for_now() if "selesai" in text] == []
    until("the workflow to go on", lambda: city.history(number)[-1] == "AwaitRating")
    whats = [
        item["what"] for item in city.items(f"request#{number.replace('-', '')}") if "what" in item
    ]
    assert (whats.count("solved"), whats.count("part_solved")) == (1, 1)


def _about(city: City, agency: str, number: str) -> list[str]:
    return [mail["text"] for mail in city.mail(agency) if number in mail["text"]]
