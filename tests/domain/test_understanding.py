"""What a citizen's words mean, told by examples; how often it is right: tests/jurisdictions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aduan.understanding import REPORT, Understanding, understand
from tests.builders import KEDIRI

PLAIN = {
    "pju mati di jl veteran": "street_light",
    "lampune mati peteng ndhedhet ngarep sdn balowerti": "street_light",
    "genangan di depan stasiun semata kaki": "flood",
    "ada pohon tumbang nutup jalan di jl penanggungan": "fallen_tree",
    "mohon pohonnya dipangkas rantingnya kena kabel": "tree_trimming",
    "dalan bolong ngarep pasar": "road_damage",
    "sampah numpuk bau banget belum diangkut": "waste",
    "got mampet di tosaren": "drainage",
    "bangjo bandar ngalim mati": "traffic_light",
    "ada kebakaran di belakang pasar pahing": "fire",
    "ono ulo mlebu pawon": "dangerous_animal",
    "air pdam mati sudah dua hari": "clean_water",
    "tukang parkir minta 10 ribu di alun alun": "parking",
    "ktp saya belum jadi sudah sebulan": "civil_registration",
    "listrik padam sekampung dari magrib": "power_outage",
    "toya pdam mboten medal kawit wingi": "clean_water",
    "margi risak kathah ingkang bolong": "road_damage",
    "the street light in front of my house is broken": "street_light",
    "ibu saya semaput butuh ambulan": "medical_emergency",
    "angin puting beliung atap rumah roboh": "natural_disaster",
    "ada maling bawa pisau": "crime_in_progress",
    "ada anak tenggelam di brantas": "person_in_danger",
    "kabel putus di jalan keluar percikan": "electrical_hazard",
    "zebra cross depan pasar hilang": "road_sign",
    "sound horeg sampai jam satu": "public_order",
    "odgj tidur di emperan kasihan": "social_care",
    "pabrik buang limbah ke kali bau busuk": "pollution",
    "ayunan di taman rusak": "public_facility",
    "minta fogging banyak yang kena dbd": "health_service",
    "iuran lks di sdn wajib apa boleh": "education",
    "kucing mati di tengah jalan": "livestock_and_strays",
}
NOW = [
    "tolong ada kebakaran di belakang pasar",
    "ada anak tenggelam di brantas",
    "laka bangjo bandar ngalim, motor sm truk, korban 2 masih di jalan",
    "ONO ULO MLEBU PAWON",
    "kabel putus di jalan keluar percikan",
    "ibu saya pingsan tolong ambulan",
]
NOT_NOW = [
    "bukan kebakaran, cuma bakar sampah",
    "kemarin malam ada kebakaran di tempurejo, sudah padam",
    "kebakaran jenggot aku liat harga cabe",
    "pju mati, takut ada kecelakaan",
    "lubangnya dalam, nanti bisa ada yang jatuh",
    "antrian mengular di bangjo",
    "tolong sampah diangkut",
]
COURTESIES = ["tolong", "mohon maaf", "min", "pak", "terima kasih", "assalamualaikum", "🙏", "😭😭"]

plain = st.sampled_from(sorted(PLAIN))


def read(text: str) -> Understanding:
    return understand(text, KEDIRI)


@pytest.mark.parametrize(("text", "service_code"), PLAIN.items())
def test_plain_words_say_what_it_is(text: str, service_code: str) -> None:
    assert read(text).service_code == service_code


@pytest.mark.parametrize(
    "text", ["halo min", "xyz", "", "🙏🙏", "terima kasih lampunya sudah nyala"]
)
def test_what_is_no_report_gives_no_service(text: str) -> None:
    understood = read(text)

    assert understood.candidates == ()
    assert understood.service_code is None
    assert understood.report < REPORT


def test_where_words_leave_a_doubt_the_citizen_has_a_choice() -> None:
    understood = read("lampu mati di perempatan")

    assert understood.service_code is None
    assert {"street_light", "traffic_light"} <= {c.service_code for c in understood.candidates[:3]}


@pytest.mark.parametrize("text", NOW)
def test_danger_now_is_an_emergency(text: str) -> None:
    understood = read(text)

    assert understood.emergency
    assert understood.danger


@pytest.mark.parametrize("text", NOT_NOW)
def test_what_is_over_denied_feared_or_joked_is_not(text: str) -> None:
    assert not read(text).emergency


def test_a_second_matter_in_the_message_is_noticed() -> None:
    understood = read("lampu jalan mati sudah 3 hari. sekalian got depan rumah mampet")

    assert understood.service_code == "street_light"
    assert understood.second is not None
    assert understood.second.service_code == "drainage"


def test_one_matter_is_not_made_two() -> None:
    assert read("pju mati di jl veteran no 5, gelap sekali, tolong").second is None


def test_the_words_that_decided_are_told() -> None:
    assert any("lampu" in word for word in read("lampu jalan mati").because)


# Words around a message, and how it is typed


@given(text=plain, data=st.data())
def test_capitals_and_spaces_change_nothing(text: str, data: st.DataObject) -> None:
    spaces = data.draw(st.lists(st.sampled_from([" ", "  "]), min_size=20, max_size=20))
    words = "".join(word + space for word, space in zip(text.split(), spaces, strict=False))

    for typed in (words, words.upper(), words.title()):
        assert read(typed).ranked == read(text).ranked


@given(text=plain, data=st.data())
def test_stretched_letters_change_nothing(text: str, data: st.DataObject) -> None:
    words = text.split()
    at = data.draw(st.sampled_from([i for i, word in enumerate(words) if len(word) > 2]))
    letter = data.draw(st.integers(min_value=1, max_value=len(words[at]) - 1))
    words[at] = words[at][: letter + 1] + words[at][letter] * 3 + words[at][letter + 1 :]
    if words[at][letter].isdigit():
        return

    assert read(" ".join(words)).ranked == read(text).ranked


@given(text=plain, emoji=st.sampled_from(["🙏", "😭😭", "🔥", "👍🏽", "❤️"]))
def test_emoji_change_nothing(text: str, emoji: str) -> None:
    assert read(f"{emoji} {text} {emoji}").ranked == read(text).ranked


@given(text=plain, before=st.sampled_from(COURTESIES), after=st.sampled_from(COURTESIES))
def test_courtesies_change_neither_kind_nor_urgency(text: str, before: str, after: str) -> None:
    polite = read(f"{before}, {text}, {after}")

    assert polite.ranked[0].service_code == PLAIN[text]
    assert polite.emergency == read(text).emergency


@pytest.mark.parametrize("text", ["kebakaran", "kebakaran di pasar", "ada ular", "banjir bandang"])
def test_a_denial_makes_it_less(text: str) -> None:
    denied, told = read(f"bukan {text}"), read(text)

    assert denied.urgency < told.urgency


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    understood = read(text)

    assert sum(c.confidence for c in understood.ranked) == pytest.approx(1)
    assert 0 <= understood.urgency <= 1
    if understood.where:
        assert text[understood.where.start : understood.where.end] == understood.place
