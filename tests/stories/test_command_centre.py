"""The command centre at its dashboards: a call taken, a report decided, the city's figures true."""

import re

from tests.stories.city import City, until
from tests.stories.operator import Operator
from tests.stories.pictures import png


def number_in(operator: Operator) -> str:
    found = re.search(r"Laporan (\d{4}-\d{4}-\d{4}) terkirim", operator.notice)
    assert found, operator.html[-1500:]
    return found.group(1)


def test_a_call_is_taken_dispatched_solved_and_rated_on_whatsapp(city: City) -> None:
    caller = city.citizen("whatsapp")
    operator = Operator(city).opens("Terima-telepon-112")
    heard = {
        "initials": "rn",
        "caller": f"0{str(caller.person['phone'])[2:]}",
        "what": "ada ular besar masuk dapur",
        "where": "Gang Melati 4, Mojoroto",
    }
    operator.presses("Periksa", **heard)
    assert operator.sees("Hewan apa, sebesar apa?")
    operator.presses("Kirim", news="1")

    assert operator.round_trips == 3
    number = number_in(operator)
    damkar = city.officer("damkar", number)
    assert heard["caller"] not in str(damkar.mail)
    damkar.presses("Terima laporan")
    damkar.solves(png(), "ular dievakuasi")
    caller.hears("menyatakan sudah selesai ditangani")
    caller.taps("5")
    city.becomes(number, "closed")
    report = city.request(number)
    assert (report["channel"], report["area"], report["urgent"]) == ("112", "Mojoroto", True)


def test_a_caller_who_did_not_agree_is_never_written_to(city: City) -> None:
    operator = Operator(city).opens("Terima-telepon-112")
    operator.presses(
        "Kirim tanpa periksa",
        initials="rn",
        caller="0354 682010",
        what="rumah kebakaran",
        where="Jl. Dhoho",
        service="fire",
    )

    number = number_in(operator)
    damkar = city.officer("damkar", number)
    damkar.presses("Terima laporan")
    citizen_id = city.request(number)["citizen_id"]
    effects = until(
        "the news to be kept back",
        lambda: [e for e in city.items(f"citizen#{citizen_id}") if "ended" in e],
    )
    assert {effect["ended"] for effect in effects} == {"by_phone"}


def test_what_three_agencies_refused_is_decided_at_the_dashboard(city: City) -> None:
    citizen = city.citizen("whatsapp")
    citizen.sends("lampu jalan mati di Jl. Veteran depan SMA 2")
    citizen.hears("Laporan sudah kami terima")
    number = citizen.hears_number()
    for agency, better in (("dishub", "dpkp"), ("dpkp", "pln"), ("pln", "")):
        officer = city.officer(agency, number)
        officer.presses("Kembalikan", words="bukan wewenang kami", better_agency=better)
    city.officer("diskominfo", number)
    operator = Operator(city)
    operator.waits_to_see("Perlu-diputus", number)
    assert operator.sees("Ditolak beberapa instansi")

    operator.presses(number)
    operator.signs("Alihkan ke instansi", "tiang milik jalan kota", agency="dpupr")
    assert operator.notice == "Tercatat."

    city.officer("dpupr", number).presses("Terima laporan")
    assert city.becomes(number, "accepted")["because"] == "ditunjuk oleh Command Center"
    assert not operator.opens("Perlu-diputus").sees(number)


def test_a_rejection_by_the_centre_is_told_and_can_be_taken_back(city: City) -> None:
    citizen = city.citizen("whatsapp")
    citizen.sends("sampah numpuk di Jl. Dhoho depan stasiun")
    citizen.hears("Laporan sudah kami terima")
    number = citizen.hears_number()
    city.officer("dlhkp", number)
    operator = Operator(city).looks_up(number)
    operator.signs("Tolak laporan", "berada di lahan pribadi")
    citizen.hears("berada di lahan pribadi")
    city.becomes(number, "rejected")

    operator.looks_up(number).signs("Batalkan tindakan terakhir", "salah baca peta")

    citizen.hears("kami buka lagi")
    city.officer("dlhkp", number, nth=2).presses("Terima laporan")
    assert city.becomes(number, "accepted")["generation"] == 2
    lines = [item for item in city.items(f"request#{number.replace('-', '')}") if "by" in item]
    assert [line["by"] for line in lines] == ["RN", "RN"]
    assert all(line["invocation"] and line["why"] for line in lines)


def test_a_report_is_looked_up_by_its_words_and_printed_and_the_month_is_on_paper(
    city: City,
) -> None:
    citizen = city.citizen("whatsapp")
    citizen.sends("lampu jalan di bawah beringin mati di Jl. Dhoho depan stasiun")
    citizen.hears("Laporan sudah kami terima")
    number = citizen.hears_number()
    operator = Operator(city)

    def found_by_its_words() -> bool:
        operator.opens("Perlu-diputus").presses("Cari laporan lain")
        return operator.presses("Cari", find_words="BERINGIN lampu").sees(number)

    until("the report to be found by its words", found_by_its_words)
    operator.presses(number)
    assert operator.sees("states/home")  # the way into its workflow
    operator.presses("Halaman cetak")
    printed = operator.reads_paper("Buka halaman cetak")
    assert number in printed
    assert "Laporan masuk" in printed

    operator.opens("Kota-Kediri-hari-ini", "Laporan bulanan").presses("Buat laporan bulanan")
    assert operator.notice.startswith("Laporan sudah dibuat")
    assert "Lapor Mbak Wali 112" in operator.reads_paper("Satu halaman")
    assert "bulan,kelurahan,jenis,masuk,selesai" in operator.reads_paper("Data terbuka")


def test_two_operators_at_once_and_a_form_left_open(city: City) -> None:
    citizen = city.citizen("whatsapp")
    citizen.sends("jalan rusak di Jl. Hayam Wuruk depan bank")
    citizen.hears("Laporan sudah kami terima")
    number = citizen.hears_number()
    city.officer("dpupr", number)
    one, other = Operator(city).looks_up(number), Operator(city, initials="bs").looks_up(number)

    one.signs("Jadikan darurat", "lubangnya di tikungan")
    other.signs("Tutup laporan", "sudah diperbaiki kemarin")

    assert one.notice == "Tercatat."
    assert other.notice.startswith("Laporan ini sudah berubah")
    assert city.request(number)["status"] == "dispatched"


def test_the_figures_are_those_of_the_reports(city: City) -> None:
    """After all that the stories did: nothing was missed, and no figure is wrong."""
    citizen = city.citizen("whatsapp")
    citizen.sends("got mampet di Jl. Dhoho depan stasiun")
    citizen.hears("Laporan sudah kami terima")
    number = citizen.hears_number()
    city.officer("dpupr", number)
    operator = Operator(city)
    operator.waits_to_see("Kota-Kediri-hari-ini", number)

    def nothing_missed() -> bool:
        found = city.runs("recount_reports", {})
        return found == {"reports_missed": 0, "figures_wrong": 0}

    until("the figures to be right", nothing_missed)
    assert operator.opens("Kesehatan-sistem").sees("Tidak ada.")
