"""Officer and citizen talk through the report, and a proof is looked at."""

import re
from datetime import datetime, timedelta

from aduan.time_zone import WIB
from tests.pictures import photo
from tests.stories import web
from tests.stories.city import Citizen, City, Officer, until
from tests.stories.pictures import png


def a_street_light(city: City, channel: str = "whatsapp") -> tuple[str, Citizen, Officer]:
    """Reported, and accepted."""
    citizen = city.citizen(channel)
    citizen.sends("pju mati di Jl. Dhoho depan stasiun")
    citizen.hears("Laporan sudah kami terima")
    number = citizen.hears_number()
    officer = city.officer("dishub", number)
    officer.presses("Terima laporan")
    return number, citizen, officer


def test_an_officer_asks_and_the_answer_comes_back_to_the_page(city: City) -> None:
    number, citizen, officer = a_street_light(city, "instagram")

    officer.presses("Kirim pertanyaan", words="Tiang nomor berapa? Balas ke 081234567890")
    asked = citizen.hears("ingin bertanya")
    assert "Tiang nomor berapa?" in asked["text"]
    assert "081234567890" not in asked["text"]
    citizen.sends("P-17, ini nomor saya 085712345678")
    citizen.hears("jawabannya sudah kami teruskan")

    news = city.officer("dishub", number, nth=2)
    assert "pelapor menjawab" in news.mail["subject"]
    page = news.opens().text
    assert "P-17, ini nomor saya [disamarkan]" in page
    assert citizen.address not in page


def test_what_is_not_found_is_found_by_the_reporters_pin(city: City) -> None:
    number, citizen, officer = a_street_light(city)

    officer.presses("Minta lokasi yang jelas", words="Sudah menyusuri depan stasiun.")
    citizen.hears("belum menemukan tempatnya")
    citizen.sends_location(-7.8170, 112.0140)
    citizen.hears("lokasi laporan")

    assert "lokasi baru" in city.officer("dishub", number, nth=2).mail["subject"]
    page = officer.opens().text
    assert 'class="pin"' in page
    assert "Patokan arah" in page


def test_a_delay_and_a_part_of_the_work_are_told_as_they_are(city: City) -> None:
    number, citizen, officer = a_street_light(city)
    last_day = datetime.now(WIB) + timedelta(days=5)

    officer.presses("Umumkan kepada warga", until=f"{last_day:%Y-%m-%d}", words="menunggu LED")
    citizen.hears(f"sampai {last_day.day} ")
    officer.presses("Laporkan sebagian", words="tiga dari lima lampu menyala")
    citizen.hears("tiga dari lima lampu menyala")
    assert city.request(number)["status"] == "accepted"


def test_two_officers_at_once_overwrite_nothing(city: City) -> None:
    number, _, officer = a_street_light(city)
    page = officer.opens()
    officer.presses("Menuju lokasi")

    late = web.submit(page, page.form("Tolak laporan"), words="lampu milik perumahan")
    assert late.status == 409
    assert "Terakhir: Dishub menuju lokasi" in late.text
    assert "lampu milik perumahan" in late.text
    assert city.request(number)["status"] == "in_progress"


def test_before_and_after_stand_side_by_side(city: City) -> None:
    _, citizen, officer = a_street_light(city)
    page = officer.opens()
    page = web.upload(page, page.form("Unggah foto sebelum"), photo(101))
    web.submit(page, page.form("Simpan foto sebelum"))
    officer.solves(photo(102))

    citizen.hears("sudah selesai ditangani")
    page = officer.opens()
    assert page.text.count("<figure>") == 2
    assert len(web.photos(page)) == 2


def test_a_proof_used_before_is_asked_about_and_reopened_if_it_is_not_so(city: City) -> None:
    _, first, officer = a_street_light(city)
    officer.solves(photo(103))
    assert "Mohon bantu" not in first.hears("sudah selesai ditangani")["text"]

    number, citizen, officer = a_street_light(city)
    officer.solves(photo(103, size=(640, 480), quality=50))
    asked = citizen.hears("sudah selesai ditangani")
    assert "foto ini mirip dengan foto yang pernah dipakai" in asked["text"]
    assert "foto bukti diragukan" in next(
        mail["subject"] for mail in city.mail("diskominfo") if number in mail["text"]
    )
    citizen.taps("1")
    citizen.hears("Apa yang belum beres?")
    citizen.sends("masih gelap, itu foto lama")
    city.officer("dishub", number, nth=2)


def test_every_morning_an_agency_hears_what_it_has_open(city: City) -> None:
    number, _, _ = a_street_light(city)

    city.runs("send_digest", {"again": True})
    digest = until(
        "the digest",
        lambda: next((m for m in city.mail("dishub") if "/desk/all/" in m["text"]), None),
    )
    (link,) = re.findall(r"https?://\S+/desk/all/\S+", digest["text"])
    overview = web.get(link)
    assert overview.status == 200
    assert number in overview.text
    (own,) = re.findall(rf'href="(\S+/desk/{number.replace("-", "")}\S+)"', overview.text)
    assert "Menuju lokasi" in web.get(own).text
    assert web.get(link + "x").status == 404


def test_a_dark_photo_is_still_a_photo(city: City) -> None:
    number, citizen, officer = a_street_light(city)
    officer.solves(png())
    assert "Mohon bantu" not in citizen.hears("sudah selesai ditangani")["text"]
    city.becomes(number, "solved")
