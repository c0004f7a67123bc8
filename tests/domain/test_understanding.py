import pytest

from aduan.understanding import understand
from tests.builders import KEDIRI

PLAIN = [
    ("pju mati", "street_light"),
    ("LAMPU JALAN MATI SUDAH 3 HARI!!", "street_light"),
    ("lampune mati peteng ndhedhet ngarep SDN Balowerti", "street_light"),
    ("banjir di depan stasiun, air selutut", "flood"),
    ("ada pohon tumbang nutup jalan", "fallen_tree"),
    ("mohon pohonnya dipangkas, rantingnya kena kabel", "tree_trimming"),
    ("dalan bolong ngarep pasar", "road_damage"),
    ("sampah numpuk bau banget", "waste"),
    ("got mampet", "drainage"),
    ("bangjo bandar ngalim mati", "traffic_light"),
    ("ada kebakaran di belakang pasar pahing", "fire"),
    ("ibu saya semaput butuh ambulan", "medical_emergency"),
    ("laka bangjo bandar ngalim, motor sm truk, korban 2", "traffic_accident"),
    ("angin puting beliung, atap rumah roboh", "natural_disaster"),
    ("ada maling bawa pisau", "crime_in_progress"),
    ("ada anak tenggelam di brantas", "person_in_danger"),
    ("ONO ULO MLEBU PAWON", "dangerous_animal"),
    ("kabel putus di jalan keluar percikan", "electrical_hazard"),
    ("zebra cross depan pasar hilang", "road_sign"),
    ("jukir narik 10rb ndak ada karcis", "parking"),
    ("sound horeg sampai jam 1", "public_order"),
    ("odgj tidur di emperan, kasihan", "social_care"),
    ("air pdam keruh 3 hari", "clean_water"),
    ("listrik padam sekampung dari magrib", "power_outage"),
    ("pabrik buang limbah ke kali, bau busuk", "pollution"),
    ("ayunan di taman rusak", "public_facility"),
    ("minta fogging, banyak yang kena dbd", "health_service"),
    ("iuran lks di sdn wajib apa boleh", "education"),
    ("kk saya belum jadi", "civil_registration"),
    ("kucing mati di tengah jalan", "livestock_and_strays"),
]


@pytest.mark.parametrize(("text", "service_code"), PLAIN)
def test_plain_words_say_what_it_is(text: str, service_code: str) -> None:
    assert understand(text, KEDIRI).service_code == service_code


@pytest.mark.parametrize(("text", "service_code"), PLAIN)
def test_a_school_or_a_hospital_beside_it_makes_it_no_other_kind(
    text: str, service_code: str
) -> None:
    for place in ("depan SMP 4, Kelurahan Gayam", "sebelah RS Gambiran", "di terminal Tamanan"):
        assert understand(f"{text} {place}", KEDIRI).candidates[0].service_code == service_code


def test_words_that_fit_two_kinds_are_not_decided() -> None:
    understood = understand("lampunya mati", KEDIRI)
    both = understand("lampu di perempatan", KEDIRI)

    assert understood.service_code is None
    assert both.service_code is None
    assert {c.service_code for c in both.candidates} >= {"street_light", "traffic_light"}


@pytest.mark.parametrize("text", ["halo min", "xyz", "", "🙏🙏", "bagaimana kabar kota kita"])
def test_words_that_say_nothing_give_no_kind(text: str) -> None:
    assert understand(text, KEDIRI).candidates == ()


@pytest.mark.parametrize(
    "text", ["tolong ada kebakaran", "wong kintir nang brantas", "kesetrum, masih nempel di kabel"]
)
def test_a_fire_or_a_drowning_is_an_emergency(text: str) -> None:
    assert understand(text, KEDIRI).emergency


@pytest.mark.parametrize(
    "text",
    [
        "bukan kebakaran, cuma bakar sampah",
        "dudu kobongan",
        "ada api",
        "kemarin malam ada kebakaran di tempurejo, sudah padam",
        "kebakaran jenggot aku liat harga cabe",
    ],
)
def test_a_fire_denied_unsure_or_over_is_not(text: str) -> None:
    assert not understand(text, KEDIRI).emergency


@pytest.mark.parametrize("text", ["ada asap sama api di lahan", "asap obong"])
def test_weak_words_alone_make_no_emergency(text: str) -> None:
    understood = understand(text, KEDIRI)

    assert not understood.emergency
    assert understood.service_code is None


@pytest.mark.parametrize(
    "text",
    [
        "darurat, banyak korban",
        "laka di banjir bandar ngalim",
        "takut begal kalau malam",
        "nanti bisa kecelakaan",
    ],
)
def test_danger_to_people_is_noticed_and_nothing_is_guessed(text: str) -> None:
    understood = understand(text, KEDIRI)

    assert understood.danger
    assert understood.service_code is None


@pytest.mark.parametrize(
    "text", ["antrian mengular di bangjo", "pju mati", "tolong sampah diangkut"]
)
def test_what_is_no_danger_is_not_called_one(text: str) -> None:
    assert not understand(text, KEDIRI).danger


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("pju mati di Jl. Veteran no 5", "Jl. Veteran no 5"),
        ("banjir, depan stasiun kdr, tolong", "depan stasiun kdr"),
        ("got mampet rt 3 rw 2 tosaren", "rt 3 rw 2 tosaren"),
        ("dalan bolong ngarep balai kelurahan blabak", "ngarep balai kelurahan blabak"),
        ("sampah numpuk", None),
    ],
)
def test_the_place_is_taken_as_it_was_written(text: str, place: str | None) -> None:
    assert understand(text, KEDIRI).place == place
