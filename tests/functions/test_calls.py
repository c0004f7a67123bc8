"""“Terima telepon 112” and “hubungi pelapor”: what is kept of a caller, who sees it, how often."""

import json
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest

from aduan.aws.centre_table import CentreTable
from aduan.aws.effect_table import EffectTable
from aduan.aws.vault_table import VaultReader, VaultWriter
from aduan.command_centre.figures import day_of
from aduan.errors import NotFoundError
from aduan.message import Channel, Sender
from aduan.time_zone import WIB
from tests.builders import KEDIRI, NUMBER, OTHER_NUMBER, a_dispatched_request
from tests.cloud import Cloud, plain
from tests.functions.conftest import Handler, Loader, Output
from tests.functions.test_command_centre import asks, buttons, filed_number, notice

CALLER = "0811-0000-1234"
HEARD = {"initials": "rn", "caller": CALLER}
SIGNED = {"initials": "rn", "why": "menanyakan patokan rumah"}
DAY = timedelta(days=1)
BROKE_OFF = "Terputus, telepon kembali"


@pytest.fixture
def take(function: Loader) -> Handler:
    return function("take_call")


@pytest.fixture
def reveal(function: Loader, take: Handler) -> Handler:
    return function("reveal_contact")


def a_broken_call(take: Handler, click: str = "c1", caller: str = CALLER) -> str:
    """The form as it is shown when a call has broken off."""
    opened = asks(take, step="open")
    typed = HEARD | {"caller": caller, "click": click}
    return asks(take, typed=typed, **buttons(opened)[BROKE_OFF][1])


def a_report_by(cloud: Cloud, sender: Sender, number: str = NUMBER) -> None:
    writer = VaultWriter(cloud.vault, key_id=cloud.vault_key_id, hash_key_id=cloud.hash_key_id)
    citizen = writer.citizen(sender)
    cloud.keeps(
        a_dispatched_request(service_request_id=number, citizen_id=citizen, channel=sender.channel)
    )


def whatsapp(number: str = "6281100001234") -> Sender:
    return Sender(channel=Channel.WHATSAPP, wa_id=number)


# Calling back


def test_a_call_that_broke_off_is_on_the_list_without_its_number(
    take: Handler, cloud: Cloud, output: Output
) -> None:
    shown = a_broken_call(take)

    assert notice(shown) == "Penelepon masuk daftar telepon kembali."
    assert "Perlu ditelepon kembali (1)" in shown
    for place in (shown, output.text, json.dumps(cloud.items(cloud.reports))):
        assert "81100001234" not in place.replace("-", "")


def test_whoever_calls_again_is_one_entry_and_a_click_counts_once(take: Handler) -> None:
    a_broken_call(take, "c1")
    twice = a_broken_call(take, "c1")
    again = a_broken_call(take, "c2")

    assert notice(twice) == "Sudah tercatat sebelumnya."
    assert "<td class=n>2</td>" in again
    assert "Perlu ditelepon kembali (1)" in again


def test_without_a_number_nobody_can_be_called_back(take: Handler) -> None:
    assert notice(a_broken_call(take, caller="")).startswith("Isi dulu nomor penelepon")


@pytest.mark.parametrize(
    ("pressed", "stays"),
    [("Sudah bicara", False), ("Tidak terjangkau", False), ("Coba lagi nanti", True)],
)
def test_a_caller_stays_on_the_list_until_reached_or_given_up(
    take: Handler, pressed: str, stays: bool
) -> None:
    listed = a_broken_call(take)
    tried = asks(take, typed=HEARD, **buttons(listed)[pressed][1])

    assert notice(tried) == "Tercatat."
    assert ("Perlu ditelepon kembali (1)" in tried) == stays


def test_who_was_tried_stands_behind_who_has_not_been(take: Handler) -> None:
    listed = a_broken_call(take)
    first = buttons(listed)["Coba lagi nanti"][1]
    a_broken_call(take, "c2", "0811-0000-5678")

    shown = asks(take, typed=HEARD, **first)

    assert shown.index(first["caller"][:8]) > shown.index('class="number"')
    assert shown.count('class="number"') == 2


def test_the_second_of_two_operators_does_not_call_back_again(take: Handler) -> None:
    listed = a_broken_call(take)
    done, tried = buttons(listed)["Sudah bicara"][1], buttons(listed)["Coba lagi nanti"][1]

    asks(take, typed=HEARD, **done)
    late = asks(take, typed=HEARD | {"initials": "bs"}, **tried)

    assert notice(late).startswith("Penelepon ini baru saja ditangani rekan lain")
    assert "Tidak ada penelepon" in late


def test_a_caller_who_was_spoken_with_and_is_cut_off_anew_is_on_the_list_again(
    take: Handler,
) -> None:
    listed = a_broken_call(take)
    asks(take, typed=HEARD, **buttons(listed)["Sudah bicara"][1])

    assert "Perlu ditelepon kembali (1)" in a_broken_call(take, "c2")


# What was agreed to


@pytest.mark.parametrize(
    ("caller", "news", "agreed", "by_sms", "channel"),
    [
        (CALLER, "1", "agreed_to_whatsapp", True, "whatsapp"),
        (CALLER, "sms", "agreed_to_sms", True, "112"),
        (CALLER, "0", "", False, "112"),
        ("0354 682010", "1", "", False, "112"),
        ("", "sms", "", False, ""),
    ],
)
def test_a_caller_hears_of_it_as_they_agreed_and_the_timeline_says_so(
    function: Loader,
    take: Handler,
    cloud: Cloud,
    caller: str,
    news: str,
    agreed: str,
    by_sms: bool,
    channel: str,
) -> None:
    typed = HEARD | {"caller": caller, "what": "api besar", "likely": "fire", "news": news}
    number = filed_number(asks(take, typed=typed, step="file"))

    table = CentreTable(cloud.reports)
    request = table.request(number)
    assert table.events(number)[0].notes == agreed
    assert EffectTable(cloud.reports).contact(request.citizen_id).by_sms == by_sms
    if channel:
        vault = VaultReader(cloud.vault, key_id=cloud.vault_key_id)
        assert vault.address(request.citizen_id).channel == channel
    looked = asks(function("command_centre"), view="report", id=number)
    assert ("Penelepon setuju dikabari" in looked) == bool(agreed)


def test_who_does_not_agree_any_more_is_not_told_any_more(take: Handler, cloud: Cloud) -> None:
    contacts = []
    for click, news in (("c1", "sms"), ("c2", "0")):
        typed = HEARD | {"what": "api", "likely": "fire", "news": news, "click": click}
        request = CentreTable(cloud.reports).request(
            filed_number(asks(take, typed=typed, step="file"))
        )
        contacts.append(EffectTable(cloud.reports).contact(request.citizen_id).by_sms)

    assert contacts == [True, False]


# Seeing a number


def test_a_number_is_shown_to_whoever_says_why_and_stands_nowhere_else(
    reveal: Handler, cloud: Cloud, output: Output
) -> None:
    a_report_by(cloud, whatsapp())

    shown = asks(reveal, typed=SIGNED | {"click": "c1"}, id=NUMBER)

    assert "0811-0000-1234" in shown
    line = CentreTable(cloud.reports).events(NUMBER)[-1]
    assert (line.what, line.by, line.why) == ("contact_revealed", "RN", SIGNED["why"])
    assert line.invocation
    assert '"message":"contact revealed"' in output.text.replace('": "', '":"')
    for place in (output.text, json.dumps(cloud.items(cloud.reports))):
        assert "81100001234" not in place.replace("-", "")


def test_it_is_on_record_before_it_is_decrypted(
    reveal: Handler, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_report_by(cloud, whatsapp())
    seen: list[str] = []

    def decrypt(*_: object) -> bytes:
        seen.extend(line.what for line in CentreTable(cloud.reports).events(NUMBER))
        raise NotFoundError("KMS is away")

    monkeypatch.setattr(VaultReader, "_decrypt", decrypt)
    shown = asks(reveal, typed=SIGNED, id=NUMBER)

    assert seen == ["received", "contact_revealed"]
    assert "gagal dibuka" in shown


def test_one_form_shows_a_number_once(reveal: Handler, cloud: Cloud) -> None:
    a_report_by(cloud, whatsapp())
    typed = SIGNED | {"click": "c1"}

    first, second = (asks(reveal, typed=typed, id=NUMBER) for _ in range(2))

    assert "0811" in first
    assert "0811" not in second
    assert notice(second).startswith("Lewat formulir ini nomornya sudah ditampilkan")
    assert len(CentreTable(cloud.reports).events(NUMBER)) == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [({"initials": ""}, "Isi dulu inisial"), ({"why": "ya"}, "Tulis dulu alasan")],
)
def test_without_initials_or_a_reason_no_number_is_shown(
    reveal: Handler, cloud: Cloud, typed: dict[str, str], said: str
) -> None:
    a_report_by(cloud, whatsapp())

    shown = asks(reveal, typed=SIGNED | typed, id=NUMBER)

    assert notice(shown).startswith(said)
    assert "0811" not in shown
    assert len(CentreTable(cloud.reports).events(NUMBER)) == 1


@pytest.mark.parametrize(
    "sender",
    [
        Sender(channel=Channel.INSTAGRAM, user_id="17841400000000001"),
        Sender(channel=Channel.WHATSAPP, user_id="ID.13491208655302741918"),
    ],
)
def test_who_has_no_number_has_none_to_show(reveal: Handler, cloud: Cloud, sender: Sender) -> None:
    a_report_by(cloud, sender)

    assert notice(asks(reveal, typed=SIGNED, id=NUMBER)).startswith("Tidak ada nomor telepon")


def test_a_report_without_a_known_reporter_is_a_sentence(reveal: Handler, cloud: Cloud) -> None:
    cloud.keeps(a_dispatched_request())

    for asked in ({"id": NUMBER}, {"id": OTHER_NUMBER}, {"caller": "nobody"}, {}):
        assert notice(asks(reveal, typed=SIGNED, **asked)).startswith("Tidak ada nomor telepon")


def test_a_person_sees_so_many_numbers_a_day_and_no_more(
    function: Loader, take: Handler, reveal: Handler, cloud: Cloud
) -> None:
    a_report_by(cloud, whatsapp())
    most = KEDIRI.settings["contacts_a_day"]
    for n in range(most):
        assert "0811" in asks(reveal, typed=SIGNED | {"click": f"c{n}"}, id=NUMBER)

    refused = asks(reveal, typed=SIGNED | {"click": "one more"}, id=NUMBER)
    colleague = asks(reveal, typed=SIGNED | {"initials": "bs", "click": "c-bs"}, id=NUMBER)

    assert notice(refused).startswith("Jatah membuka nomor untuk hari ini sudah habis")
    assert "0811" in colleague
    day = cloud.item(f"contacts#{day_of(datetime.now(UTC))}", "all")
    assert day is not None
    assert day["shown"] == most + 1


def test_a_caller_who_waits_is_shown_by_the_same_act(
    take: Handler, reveal: Handler, cloud: Cloud
) -> None:
    listed = a_broken_call(take)
    function_name, asked = buttons(listed)["Hubungi pelapor"]
    shown = asks(reveal, typed=SIGNED, **asked)

    assert function_name == "reveal_contact"
    assert CALLER in shown
    decisions = [
        plain(item)["what"]
        for item in cloud.items(cloud.reports)
        if item["SK"]["S"].startswith("decision#")
    ]
    assert sorted(decisions) == ["broke_off", "contact_revealed"]

    asks(take, typed=HEARD, **buttons(listed)["Sudah bicara"][1])
    late = asks(reveal, typed=SIGNED | {"click": "later"}, **asked)
    assert CALLER not in late


# The telephone system's list


def a_list(*kinds: str) -> str:
    today = f"{datetime.now(WIB):%d/%m/%Y}"
    return "\n".join(["Tanggal;Kategori", *(f"{today} 08:00;{kind}" for kind in kinds)])


def listed(take: Handler, text: str) -> str:
    return asks(take, typed={"initials": "rn", "list": text}, step="list")


def of_today(cloud: Cloud) -> dict[str, int]:
    day = day_of(datetime.now(UTC))
    return dict(CentreTable(cloud.reports).calls(day, day).get(day, {}))


def test_the_list_of_a_day_takes_the_place_of_the_clicks_and_of_an_earlier_list(
    take: Handler, cloud: Cloud
) -> None:
    asks(take, step="tally", kind="ghost", click="c1")
    assert of_today(cloud) == {"ghost": 1}

    first = listed(take, a_list("iseng", "iseng", "kosong", "laporan"))
    assert of_today(cloud) == {"prank": 2, "ghost": 1}
    for _ in range(2):
        again = listed(take, a_list("iseng", "kosong", "kosong"))

    assert of_today(cloud) == {"prank": 1, "ghost": 2}
    assert "Iseng 2" in notice(first)
    assert "menggantikan yang sebelumnya" in notice(again)


def test_a_list_as_long_as_a_busy_day_is_read_whole_and_its_faults_are_named(
    take: Handler, cloud: Cloud
) -> None:
    shown = listed(take, a_list(*["telepon kosong"] * 3000, "entahlah", "<b>x</b>"))

    assert of_today(cloud) == {"ghost": 3000}
    assert "Baris 3002: jenis “entahlah” tidak dikenal" in unescape(shown)
    assert "<b>x" not in shown


def test_the_share_of_calls_that_are_none_is_that_of_the_list(
    function: Loader, take: Handler, cloud: Cloud
) -> None:
    listed(take, a_list("iseng", "kosong", "informasi"))

    assert "(3 dari 3 telepon)" in asks(function("command_centre"), view="today")


def test_a_list_that_cannot_be_read_changes_nothing_and_says_why(
    take: Handler, cloud: Cloud
) -> None:
    assert notice(listed(take, "nomor;lama\n1;2")).startswith("Kolom jenis panggilan")
    assert notice(asks(take, typed={"list": a_list("iseng")}, step="list")).startswith("Isi dulu")
    assert of_today(cloud) == {}


# Whatever is sent


NASTY = '"><script>alert(1)</script><cwdb-action endpoint="x">'


@pytest.mark.parametrize(
    "step", ["check", "file", "broke_off", "called", "locate", "list", "filed"]
)
@pytest.mark.parametrize("words", [NASTY, "x" * 100_000, "\x00\ud83d\ude00" * 10, ""])
def test_markup_and_endless_words_are_words_and_no_more(
    take: Handler, cloud: Cloud, step: str, words: str
) -> None:
    names = (
        "initials",
        "caller",
        "what",
        "where",
        "area",
        "spot",
        "service",
        "remarks",
        "place_id",
    )
    typed = {**dict.fromkeys(names, words), "list": words, "why": words, "news": words}
    event = {"id": words, "caller": words, "version": words, "end": words, "kind": words}

    for given in (typed, typed | HEARD | {"likely": "fire"}):
        shown = asks(take, typed=given, step=step, **event)

        assert "<script" not in shown
        assert 'endpoint="x"' not in shown
        assert len(shown) < 250_000
    for item in cloud.items(cloud.reports):
        assert len(json.dumps(item)) < 20_000


@pytest.mark.parametrize("words", [NASTY, "x" * 100_000, ""])
def test_no_words_make_the_number_of_anybody_appear(
    reveal: Handler, cloud: Cloud, words: str
) -> None:
    a_report_by(cloud, whatsapp())

    for asked in ({"id": words}, {"caller": words}, {"id": words, "caller": words}):
        shown = asks(reveal, typed=dict.fromkeys(("initials", "why", "click"), words), **asked)
        assert "<script" not in shown
        assert "0811" not in shown


def test_a_form_that_was_left_open_for_a_day_still_files_one_report(
    take: Handler, cloud: Cloud
) -> None:
    """Its click is a day old, and is remembered for two: pressed again, it is the same report."""
    yesterday = {**HEARD, "what": "rumah kebakaran", "likely": "fire", "click": "of-yesterday"}
    table = CentreTable(cloud.reports)

    first, second = (asks(take, typed=yesterday, step="file") for _ in range(2))

    assert notice(first) == notice(second)
    (click,) = [
        plain(item)
        for item in cloud.items(cloud.reports)
        if item["PK"]["S"] == "click#of-yesterday"
    ]
    assert datetime.fromtimestamp(int(click["expires_at"]), UTC) > datetime.now(UTC) + DAY
    assert table.filed("of-yesterday") == click["service_request_id"]


def test_what_the_list_showed_yesterday_is_not_done_to_whoever_waits_today(
    take: Handler, reveal: Handler
) -> None:
    """A widget left open: the caller was spoken with, and has been cut off again since."""
    yesterday = buttons(a_broken_call(take))
    asks(take, typed=HEARD, **yesterday["Sudah bicara"][1])
    a_broken_call(take, "c2")

    late = asks(take, typed=HEARD, **yesterday["Tidak terjangkau"][1])

    assert notice(late).startswith("Penelepon ini baru saja ditangani rekan lain")
    assert "Perlu ditelepon kembali (1)" in late


def test_two_operators_who_press_at_the_same_moment_have_one_of_them_done_it(
    take: Handler, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one's write lies between the read and the write of this one."""
    listed = buttons(a_broken_call(take))
    save = CentreTable.save_call_back
    raced: list[str] = []

    def later(table: CentreTable, *parts: Any, **more: Any) -> None:
        if not raced:
            raced.append("")
            raced[0] = asks(take, typed=HEARD, **listed["Sudah bicara"][1])
        save(table, *parts, **more)

    monkeypatch.setattr(CentreTable, "save_call_back", later)
    lost = asks(take, typed=HEARD | {"initials": "bs"}, **listed["Tidak terjangkau"][1])

    assert notice(raced[0]) == "Tercatat."
    assert notice(lost).startswith("Penelepon ini baru saja ditangani rekan lain")
    entry = CentreTable(cloud.reports).call_back(listed["Sudah bicara"][1]["caller"])
    assert entry.end == "done"
