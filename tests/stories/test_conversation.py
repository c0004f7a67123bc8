"""The chat as people have it, on the deployed stack: bursts, emergencies, second thoughts, silence."""

import pytest

from tests.stories.city import City, until
from tests.stories.pictures import png

VETERAN = "di Jl. Veteran depan SMAN 1"


def test_five_messages_in_a_row_are_understood_together_and_answered_once(city: City) -> None:
    """Text, then a place, then a photo, within seconds: one answer, with all of it."""
    siti = city.citizen("whatsapp")
    media = siti.photo(png())
    siti.all_at_once(
        {"text": "halo min"},
        {"text": "mau lapor"},
        {"text": "pju mati"},
        {"text": VETERAN},
        {"media": media},
    )
    told = siti.hears("Laporan sudah kami terima")

    assert "Foto: 1 foto" in told["text"]
    assert "dirahasiakan" in told["text"], "the privacy notice came along"
    assert siti.cost() == 1
    assert siti.quiet_for_now() == []


def test_an_album_delivered_twice_and_out_of_order_is_one_report(city: City) -> None:
    """Three photos and a text, twice each, the last first: one report with three photos."""
    siti = city.citizen("whatsapp")
    photos = [{"media": siti.photo(png((n, n, n)))} for n in (10, 20, 30)]
    text = {"text": f"sampah menumpuk {VETERAN}"}
    siti.all_at_once(text, *photos, order="reversed", times=2)
    siti.hears("Laporan sudah kami terima")
    number = siti.hears_number()
    until("all three photos", lambda: len(city.request(number)["photo_ids"]) == 3)

    assert (
        len([i for i in city.items("request#") if i["SK"] == "request" and _is_of(i, number, city)])
        == 1
    )
    assert not any("Laporan sudah" in each and number not in each for each in siti.quiet_for_now())


def test_a_fire_is_dispatched_at_once_its_place_follows_and_the_command_centre_hears(
    city: City,
) -> None:
    """112 first, no question before dispatch; the place reaches the agency by a second mail."""
    budi = city.citizen("whatsapp")
    budi.sends("TOLONG KEBAKARAN RUMAH TETANGGA SAYA")
    told = budi.hears("Telepon 112 sekarang")
    assert "Keluar dari bangunan" in told["text"]
    number = budi.hears_number()
    city.officer("damkar", number)
    alert = until(
        "the command centre to hear",
        lambda: [m for m in city.mail("diskominfo") if number in m["text"]],
    )
    assert "DARURAT" in alert[0]["subject"]

    budi.sends("Jl. Dhoho depan toko emas")
    budi.hears("lokasi laporan")
    until("the place to reach Damkar", lambda: _mail_says(city, "damkar", number, "Jl. Dhoho"))
    budi.sends("maaf, cuma latihan")
    budi.hears("sudah kami teruskan")
    until("the all-clear to reach Damkar", lambda: _mail_says(city, "damkar", number, "latihan"))


def test_the_wrong_kind_is_changed_by_the_button_and_goes_to_the_right_agency(city: City) -> None:
    """The button under the number: another kind, and the first agency hears that it is gone."""
    wati = city.citizen("whatsapp")
    wati.sends(f"pju mati {VETERAN}")
    wati.hears("Laporan sudah kami terima")
    number = wati.hears_number()
    city.officer("dishub", number)
    wati.taps("Ubah")
    wati.hears("apa yang perlu diperbaiki")
    wati.taps("Jenis laporan")
    wati.hears("sebenarnya tentang apa")
    wati.taps("Sampah")
    wati.hears("kami ubah menjadi")

    city.officer("dlhkp", number)
    until("Dishub to hear of it", lambda: _mail_says(city, "dishub", number, "dialihkan"))


def test_a_report_is_taken_back_and_the_agency_hears_of_it(city: City) -> None:
    """ "Batalkan laporan", confirmed by a button: closed, and nobody goes there."""
    wati = city.citizen("instagram")
    wati.sends(f"got mampet {VETERAN}")
    wati.hears("Laporan sudah kami terima")
    number = wati.hears_number()
    officer = city.officer("dpupr", number)
    wati.sends("batalkan laporan saya")
    wati.hears("dibatalkan?")
    wati.taps("Ya")
    wati.hears("kami tutup")

    city.becomes(number, "closed")
    until("DPUPR to hear of it", lambda: _mail_says(city, "dpupr", number, "dibatalkan pelapor"))
    until("the workflow to end", lambda: city.history(number)[-1] == "Withdrawn")
    assert "Terima laporan" not in officer.opens().text


def test_a_thumbs_up_on_the_question_is_a_yes(city: City) -> None:
    """Nearly clear: asked once whether it is right, answered by a reaction."""
    siti = city.citizen("whatsapp")
    siti.sends("lampu mati")
    siti.hears("Di mana")
    siti.sends("yang dulu itu lho")
    question = siti.hears("Apakah sudah benar?")
    siti.acts({"reaction": {"message": question["id"], "emoji": "👍"}})
    siti.hears("Laporan sudah kami terima")


def test_a_quoted_answer_names_the_report(city: City) -> None:
    """Two open reports; the photo quotes the first one's answer and goes there."""
    siti = city.citizen("whatsapp")
    siti.sends(f"pju mati {VETERAN}")
    first = siti.hears("Laporan sudah kami terima")
    number = siti.hears_number()
    siti.sends("sampah menumpuk di Jl. Dhoho depan stasiun")
    siti.hears("Laporan sudah kami terima")
    siti.acts({"media": siti.photo(png()), "caption": "ini foto terbaru", "quote": first["id"]})
    siti.hears("👍")

    until("the photo in the first report", lambda: city.request(number).get("photo_ids"))


def test_words_taken_back_are_taken_out(city: City) -> None:
    """A message deleted for everyone leaves the report, and a photo the bucket."""
    budi = city.citizen("instagram")
    budi.sends(f"pju mati {VETERAN}")
    budi.hears("Laporan sudah kami terima")
    number = budi.hears_number()
    budi.sends("yang merusak itu Pak Anu tetangga saya")
    until("the words in the report", lambda: "Pak Anu" in str(city.request(number)))
    budi.unsends_last()
    until("the words gone", lambda: "Pak Anu" not in str(city.request(number)))
    before = set(_keys(city))
    budi.sends_photo(png(), "image/png")
    until("the photo in the bucket", lambda: set(_keys(city)) > before)
    budi.unsends_last()
    until("the photo gone", lambda: set(_keys(city)) == before)


def test_a_draft_is_reminded_of_once_and_finished_later(city: City) -> None:
    """Begun, forgotten, gently reminded once, finished."""
    siti = city.citizen("whatsapp")
    siti.sends("pju mati")
    siti.hears("Di mana")
    siti.quiet_for_now()
    city.runs("remind_of_drafts", {"at_once": True})
    siti.hears("belum lengkap")
    city.runs("remind_of_drafts", {"at_once": True})
    assert siti.quiet_for_now() == []
    siti.sends("Jl. Veteran depan SMAN 1")
    siti.hears("Laporan sudah kami terima")


def test_a_new_number_is_the_same_citizen(city: City) -> None:
    """After a change of number the reports are still theirs."""
    siti = city.citizen("whatsapp")
    siti.sends(f"pju mati {VETERAN}")
    siti.hears("Laporan sudah kami terima")
    number = siti.hears_number()
    siti.changes_number()
    siti.sends("cek")
    assert number in siti.hears("Status:")["text"]


def test_while_a_person_answers_in_instagram_the_machine_is_silent(city: City) -> None:
    """An echo that no program of ours has sent: an hour of silence, but never in an emergency."""
    budi = city.citizen("instagram")
    budi.sends("halo")
    budi.hears("Ceritakan saja")
    budi.quiet_for_now()
    budi.staff_says("Halo Kak, saya Rini dari Diskominfo, ada yang bisa dibantu?")
    budi.sends("pju mati di Jl. Veteran depan SMAN 1")
    assert budi.quiet_for_now() == ["Halo Kak, saya Rini dari Diskominfo, ada yang bisa dibantu?"]
    budi.sends("tolong ada kebakaran")
    budi.hears("Telepon 112")


def test_whoever_wants_silence_has_it_and_still_gets_answers(city: City) -> None:
    """No news of the report, but an answer to whatever is asked."""
    siti = city.citizen("whatsapp")
    siti.sends(f"pju mati {VETERAN}")
    siti.hears("Laporan sudah kami terima")
    number = siti.hears_number()
    siti.sends("tolong jangan kirimi saya pesan lagi")
    siti.hears("tidak akan mengirim kabar")
    officer = city.officer("dishub", number)
    officer.presses("Terima laporan")
    officer.solves(png())
    city.becomes(number, "solved")
    assert siti.quiet_for_now() == []
    siti.sends("cek")
    siti.hears("selesai menurut Dishub")


def test_a_citizen_is_forgotten_on_request_and_the_report_goes_on(city: City) -> None:
    """HAPUS DATA: address, chat, words and photos are gone; kind, place and state stay."""
    siti = city.citizen("whatsapp")
    siti.sends_photo(png((1, 2, 3)), "image/png", f"pju mati {VETERAN}, rumah Bu Sekarwangi")
    siti.hears("Laporan sudah kami terima")
    number = siti.hears_number()
    until("the photo to be kept", lambda: _photo_key(city, number))
    key = _photo_key(city, number)
    siti.sends("HAPUS DATA")
    siti.hears("tidak bisa dikembalikan")
    siti.taps("Ya, hapus")
    siti.hears("pesan terakhir kami")

    until("the reporter to be forgotten", lambda: city.request(number)["citizen_id"] == "forgotten")
    request = city.request(number)
    assert (request["service_code"], request["photo_ids"]) == ("street_light", [])
    assert "Sekarwangi" not in str([i for i in city.items("") if "ended" not in i])
    assert key not in _keys(city)
    officer = city.officer("dishub", number)
    officer.presses("Terima laporan")
    officer.solves(png())
    city.becomes(number, "solved")
    siti.sends("laporan saya")
    siti.hears("Belum ada laporan")


def test_what_instagram_would_not_take_is_told_at_the_next_contact(city: City) -> None:
    """No templates there: the news waits for the citizen's next word."""
    budi = city.citizen("instagram")
    budi.sends(f"pju mati {VETERAN}")
    budi.hears("Laporan sudah kami terima")
    number = budi.hears_number()
    budi.was_silent_for_two_days()
    officer = city.officer("dishub", number)
    officer.presses("Terima laporan")
    officer.solves(png())
    until(
        "the news to wait",
        lambda: any(i["SK"].startswith("waiting#") for i in city.items("citizen#")),
    )
    budi.sends("halo")
    budi.hears("sudah selesai ditangani")
    budi.taps("5")
    city.becomes(number, "closed")


def test_a_muted_citizen_gets_no_answer_but_help_in_danger(city: City) -> None:
    """An administrator mutes an opaque id for a time, with a reason; what was written is kept."""
    spammer = city.citizen("whatsapp")
    spammer.sends(f"pju mati {VETERAN}")
    spammer.hears("Laporan sudah kami terima")
    citizen_id = city.request(spammer.hears_number())["citizen_id"]
    spammer.quiet_for_now()
    muted = city.runs("mute_citizen", {"citizen_id": citizen_id, "hours": 1, "reason": "spam"})
    assert "muted_until" in muted
    spammer.sends("PINJAMAN CEPAT CAIR KLIK DI SINI")
    assert spammer.quiet_for_now() == []
    kept = [i for i in city.items(f"citizen#{citizen_id}") if i["SK"].startswith("kept#")]
    assert [each["because"] for each in kept] == ["muted"]
    spammer.sends("tolong ada kebakaran")
    spammer.hears("Telepon 112")


@pytest.mark.parametrize("channel", ["whatsapp", "instagram"])
def test_everything_a_phone_can_send_gets_its_answer(city: City, channel: str) -> None:
    """Voice, video, sticker, contact, pin in Surabaya, shares: a kind word, and nothing breaks."""
    siti = city.citizen(channel)
    siti.sends("halo")
    siti.hears("Ceritakan saja")
    if channel == "whatsapp":
        siti.acts({"location": {"latitude": -7.2575, "longitude": 112.7521}})
        siti.hears("di luar wilayah")
        siti.acts({"location": {"latitude": 0, "longitude": 0}})
        siti.hears("di luar wilayah")
        siti.acts({"live_location": {"latitude": -7.82, "longitude": 112.01}})
        siti.hears("belum bisa kami buka")
        siti.acts({"contacts": [{"name": "Bu RT"}]})
        siti.hears("kontak belum bisa kami buka")
    else:
        siti.acts({"share": {"kind": "ig_reel", "url": "https://www.instagram.com/reel/x/"}})
        siti.hears("mohon tulis apa yang terjadi")
    siti.acts({"unsupported": ""})
    siti.hears("belum bisa kami buka")
    siti.sends(f"pju mati {VETERAN}")
    siti.hears("Laporan sudah kami terima")


def _is_of(item: dict[str, object], number: str, city: City) -> bool:
    return bool(item["citizen_id"] == city.request(number)["citizen_id"])


def _mail_says(city: City, agency: str, number: str, words: str) -> bool:
    return any(
        number in mail["text"] and words in mail["subject"] + mail["text"]
        for mail in city.mail(agency)
    )


def _photo_key(city: City, number: str) -> str:
    photo_id = city.request(number)["photo_ids"][0]
    items = city.items(f"photo#{photo_id}")
    return str(items[0]["key"]) if items else ""


def _keys(city: City) -> list[str]:
    listed = city.client("s3").list_objects_v2(Bucket=city.stack["photo_bucket"])
    return [each["Key"] for each in listed.get("Contents", [])]
