"""Several people, one matter; and one matter, several times."""

from typing import Any

from tests.stories.city import Citizen, City, until
from tests.stories.operator import Operator
from tests.stories.pictures import png

SOLVED = "sudah selesai ditangani"


def a_report(city: City, words: str, channel: str = "whatsapp") -> tuple[Citizen, str]:
    citizen = city.citizen(channel)
    citizen.sends(words)
    citizen.hears("Laporan sudah kami terima")
    return citizen, citizen.hears_number()


def joins(city: City, words: str, channel: str = "whatsapp") -> tuple[Citizen, str]:
    """Somebody else who sees the same, and says so."""
    citizen = city.citizen(channel)
    citizen.sends(words)
    citizen.hears("Laporan seperti ini sudah kami terima")
    citizen.taps("Ya, itu juga")
    citizen.hears("kami gabungkan")
    return citizen, citizen.hears_number()


def test_three_see_one_fallen_tree(city: City) -> None:
    """One job, three numbers; progress and the question for a rating reach all three, and each rates once."""
    siti, first = a_report(city, "pohon tumbang di dekat Pasar Pahing, ini Siti")
    budi, second = joins(city, "ada pohon tumbang di Pasar Pahing", "instagram")
    wati, third = joins(city, "pohon tumbang dkt pasar pahing, dahannya besar")
    assert len({first, second, third}) == 3
    assert "Dilaporkan 3 warga" in wati.last["text"]

    officer = city.officer("bpbd", first)
    page = officer.opens().text
    assert "Dilaporkan 3 warga" in page
    assert "dahannya besar" in page
    officer.presses("Terima laporan")
    officer.solves(png(), "Pohonnya sudah dipotong.")
    for citizen, number in ((siti, first), (budi, second), (wati, third)):
        told = citizen.hears(SOLVED)
        assert number in told["text"]
        assert any(each["media"] for each in citizen.sent()), "the officer's photo"
        assert not any(each in told["text"] for each in {first, second, third} - {number})
    siti.taps("5")
    budi.taps("5")
    wati.taps("1")
    wati.hears("Apa yang belum beres?")
    wati.sends("dahannya masih di selokan")
    wati.hears("keterangannya sudah kami catat")

    again = city.officer("bpbd", first, nth=2)
    assert "dahannya masih di selokan" in again.mail["text"]
    again.presses("Terima laporan")
    again.solves(png())
    for citizen in (siti, budi, wati):
        citizen.hears(SOLVED)
        citizen.taps("5")
    city.becomes(first, "closed")
    budi.sends(f"cek {second}")
    budi.hears("sudah ditutup")
    for citizen in (siti, budi, wati):
        said = "".join(message["text"] for message in citizen.sent())
        assert citizen is siti or "Siti" not in said
    starts = [i for i in city.items("request#") if "#start#" in f"#{i['SK']}"]
    numbers = [each.replace("-", "") for each in (second, third)]
    assert not [i for i in starts if i["service_request_id"] in numbers], "no work of their own"


def test_a_lamp_that_dies_again_and_again(city: City) -> None:
    """Back within a month, it is opened again with its history; the third time it is told as a pattern."""
    citizen, number = a_report(city, "pju mati di depan Stasiun Kediri")

    def is_mended(times: int) -> str:
        officer = city.officer("dishub", number, nth=times)
        officer.presses("Terima laporan")
        officer.solves(png())
        citizen.hears(SOLVED)
        citizen.taps("5")
        city.becomes(number, "closed")
        return str(officer.mail["text"])

    is_mended(1)
    citizen.sends("mati lagi pak")
    citizen.hears("kami buka lagi")
    until("the head to hear of it", lambda: about(city, number, "masalahnya kembali"))
    assert "mati lagi pak" in is_mended(2)

    citizen.sends("belum beres, kumat lagi")
    citizen.hears("kami buka lagi")
    (head,) = until("the pattern to be told", lambda: about(city, number, "berulang"))
    assert "Pimpinan Dishub" in head["text"]
    assert "ke-3 di titik yang sama dalam 60 hari" in head["text"]
    assert "ke-3 di titik yang sama" in is_mended(3)
    assert city.request(number)["generation"] == 3


def about(city: City, number: str, subject: str) -> list[dict[str, Any]]:
    """Mails to the agency about a report with this in their subject."""
    mails = city.mail("dishub")
    return [each for each in mails if number in each["subject"] and subject in each["subject"]]


def test_an_operator_merges_two_reports_and_takes_it_back(city: City) -> None:
    _, lead = a_report(city, "got mampet di Pasar Banjaran")
    citizen, number = a_report(city, "got mampet di depan Taman Sekartaji")
    for each in (lead, number):
        city.officer("dpupr", each)
    operator = Operator(city).looks_up(number)
    operator.signs("Gabungkan", "saluran yang sama", lead=lead)
    assert operator.notice == "Tercatat."
    citizen.hears("kami gabungkan dengan laporan warga lain")
    city.officer("dpupr", lead).presses("Terima laporan")
    citizen.sends(f"cek {number}")
    citizen.hears("diterima DPUPR")
    assert operator.looks_up(lead).sees("2 warga")

    operator.looks_up(number).signs("Batalkan tindakan terakhir", "ternyata lain saluran")
    citizen.hears("laporan tersendiri")
    city.becomes(number, "dispatched")
    assert city.request(lead).get("joined") == 0
