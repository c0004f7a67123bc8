"""What agencies may answer, and what the citizen hears of it."""

import time

from tests.stories import web
from tests.stories.city import Citizen, City
from tests.stories.pictures import png


def a_street_light(city: City) -> tuple[str, Citizen]:
    citizen = city.citizen("whatsapp")
    citizen.sends("pju mati di Jl. Dhoho depan stasiun")
    citizen.hears("Laporan sudah kami terima")
    return citizen.hears_number(), citizen


def test_a_report_that_is_not_ours_goes_to_the_agency_named(city: City) -> None:
    number, _ = a_street_light(city)
    dishub = city.officer("dishub", number)
    page = dishub.opens()
    form = page.form("Kembalikan")
    web.submit(page, form, words="lampu lingkungan perumahan", better_agency="dpkp")

    perkim = city.officer("dpkp", number)
    assert "ditunjuk oleh Dishub" in perkim.mail["text"]
    assert dishub.opens().status == 410
    perkim.presses("Terima laporan")
    request = city.becomes(number, "accepted")
    assert (request["agency_responsible"], request["refused_by"]) == ("dpkp", ["dishub"])


def test_a_fallen_tree_is_bpbds_and_what_is_no_disaster_may_be_the_public_orders(
    city: City,
) -> None:
    citizen = city.citizen("whatsapp")
    citizen.sends("pohon tumbang nutup jalan di Jl. Penanggungan")
    citizen.hears("Laporan sudah kami terima")
    number = citizen.hears_number()

    page = city.officer("bpbd", number).opens()
    form = page.form("Kembalikan")
    web.submit(page, form, words="ditebang orang, bukan tumbang", better_agency="satpol_pp")
    assert "ditunjuk oleh BPBD" in city.officer("satpol_pp", number).mail["text"]


def test_after_three_refusals_the_command_centre_has_it(city: City) -> None:
    number, _ = a_street_light(city)
    for agency, better in (("dishub", "dpkp"), ("dpkp", "dlhkp"), ("dlhkp", "dpupr")):
        page = city.officer(agency, number).opens()
        web.submit(page, page.form("Kembalikan"), words="bukan kami", better_agency=better)

    assert "3 instansi" in city.officer("diskominfo", number).mail["text"]


def test_a_rejected_report_ends_with_its_reason(city: City) -> None:
    citizen = city.citizen("instagram")
    citizen.sends("mohon pohon depan rumah saya dipangkas, rantingnya kena atap. Jl. Veteran 5")
    citizen.hears("Laporan sudah kami terima")
    number = citizen.hears_number()

    page = city.officer("dlhkp", number).opens()
    web.submit(page, page.form("Tolak laporan"), words="Pohon berada di lahan pribadi.")
    citizen.hears("Pohon berada di lahan pribadi.")
    city.becomes(number, "rejected")
    assert city.history(number)[-1] == "Rejected"


def test_a_fire_is_with_damkar_before_anything_is_asked(city: City) -> None:
    citizen = city.citizen("whatsapp")
    citizen.sends("TOLONG KEBAKARAN")
    citizen.hears("Telepon 112 sekarang")
    number = citizen.hears_number()

    officer = city.officer("damkar", number)
    assert officer.mail["subject"].startswith("DARURAT")
    citizen.sends("belakang pasar pahing gang 3")
    citizen.hears("Petugas yang menangani sudah kami beri tahu")
    assert "belakang pasar pahing gang 3" in officer.opens().text
    officer.presses("Terima laporan")
    citizen.hears("sudah diterima Damkar")
    officer.presses("Menuju lokasi")
    citizen.hears("sedang menuju lokasi")


def test_a_power_cut_is_the_power_companys_and_the_citizen_hears_whose_it_is(city: City) -> None:
    citizen = city.citizen("whatsapp")
    citizen.sends("listrik padam sekampung di Jl. Veteran")
    told = citizen.hears("Laporan sudah kami terima")
    assert "wewenang PLN, bukan pemerintah kota" in told["text"]

    officer = city.officer("pln", citizen.hears_number())
    assert "Batas" not in officer.mail["text"]


def test_a_kind_that_the_words_do_not_say_is_found_by_its_group(city: City) -> None:
    citizen = city.citizen("whatsapp")
    citizen.sends_photo(png(), "image/png")
    citizen.hears("Fotonya sudah kami terima")
    citizen.taps("Jenis lain")
    citizen.hears("laporan ini tentang apa?")
    citizen.taps("Layanan warga")
    citizen.hears("laporan ini tentang apa?")
    citizen.taps("Pendidikan")
    citizen.hears("Sekolah mana?")
    citizen.sends("SDN Burengan, Jl. Kapten Tendean")
    citizen.hears("Laporan sudah kami terima")
    city.officer("disdik", citizen.hears_number())


def test_opening_the_link_changes_nothing_however_often(city: City) -> None:
    """Mail scanners follow every link."""
    number, _ = a_street_light(city)
    officer = city.officer("dishub", number)
    before = city.becomes(number, "dispatched")

    pages = [officer.opens() for _ in range(10)]

    assert {page.status for page in pages} == {200}
    assert city.request(number) == before


def test_a_form_serves_once(city: City) -> None:
    number, _ = a_street_light(city)
    officer = city.officer("dishub", number)
    page = officer.opens()
    form = page.form("Terima laporan")

    assert web.submit(page, form).status == 200
    again = web.submit(page, form)
    assert again.status == 409
    assert "Formulir sudah dipakai" in again.text
    assert city.becomes(number, "accepted")["version"] == 4


def test_a_file_that_is_no_photo_solves_nothing(city: City) -> None:
    number, _ = a_street_light(city)
    officer = city.officer("dishub", number)
    officer.presses("Terima laporan")
    page = officer.uploads(b"%PDF-1.7 not a photo at all")

    assert "Berkas bukan foto" in page.text
    assert "Selesai" not in {form.button for form in page.forms}
    assert city.request(number)["status"] == "accepted"


def test_the_bucket_itself_refuses_what_is_too_large(city: City) -> None:
    number, _ = a_street_light(city)
    officer = city.officer("dishub", number)
    officer.presses("Terima laporan")
    page = officer.opens()

    refused = web.upload(page, page.form("Unggah foto"), png() + bytes(10_000_000))
    assert refused.status in (400, 413)
    assert "EntityTooLarge" in refused.text


def test_after_a_day_of_silence_the_citizen_hears_by_template_and_can_still_rate(
    city: City,
) -> None:
    number, citizen = a_street_light(city)
    url = f"{city.stack['twin_url']}/citizens/whatsapp/{citizen.address}"
    web.ask(url, {"wrote_at": time.time() - 90_000}, method="PATCH")

    officer = city.officer("dishub", number)
    officer.presses("Terima laporan")
    officer.solves(png())
    assert citizen.hears("sudah selesai ditangani")["body"]["type"] == "template"
    citizen.taps("5")
    citizen.hears("🙏")
    city.becomes(number, "closed")
