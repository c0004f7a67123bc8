"""The command centre's functions: what its widgets show, and what their buttons do."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest

from aduan.aws.centre_table import CentreTable
from aduan.aws.clients import client
from aduan.aws.effect_table import EffectTable
from aduan.aws.figures_table import FiguresTable
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.change import Change, Event, Kept
from aduan.command_centre import figures
from aduan.conversation import Conversation
from aduan.message import Channel
from aduan.service_request import ServiceRequest, Status
from tests.builders import (
    CITIZEN,
    KEDIRI,
    NUMBER,
    OTHER_NUMBER,
    a_dispatched_request,
    a_service_request,
)
from tests.cloud import Cloud
from tests.functions.conftest import Handler, Loader, Output

NOW = datetime.now(UTC).replace(microsecond=0)
SIGNED = {"initials": "rn", "why": "sudah dicek petugas"}


def a_report(cloud: Cloud, **changes: Any) -> ServiceRequest:
    """A report that is with an agency today, counted."""
    times = {"requested_datetime": NOW, "updated_datetime": NOW}
    request = cloud.keeps(a_dispatched_request(**times | changes))
    FiguresTable(cloud.reports).count(request.service_request_id, KEDIRI, at=NOW)
    return request


def asks(
    handler: Handler, theme: str = "light", typed: dict[str, str] | None = None, **event: Any
) -> str:
    """What CloudWatch would show of the answer to a widget or button."""
    told = {"theme": theme, "forms": {"all": typed or {}}, "params": {}}
    answer = handler({**event, "widgetContext": told})
    assert isinstance(answer, str)
    return answer


def buttons(html: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Label → the function that a button calls, and what with."""
    found = re.findall(
        r'<a class="[^"]*">([^<]*)</a><cwdb-action [^>]*endpoint="([^"]*)"[^>]*>([^<]*)</cwdb-action>',
        html,
    )
    return {
        unescape(label): (arn.rpartition("aduan-test-")[2], json.loads(unescape(given)))
        for label, arn, given in found
    }


def notice(html: str) -> str:
    (said,) = re.findall(r'role="(?:alert|status)">([^<]*)<', html)
    return unescape(said)


def act(function: Loader, request: ServiceRequest, act: str, **typed: str) -> str:
    given = {"version": str(request.version), **SIGNED, **typed}
    return asks(function("decide_report"), typed=given, act=act, id=request.service_request_id)


# Looking


def test_the_city_today_is_told_from_counters(function: Loader, cloud: Cloud) -> None:
    a_report(cloud, area="Mojoroto", urgent=True)

    shown = asks(function("command_centre"), view="today")

    assert "<title>Mojoroto: 1</title>" in shown
    assert "1234-5678-9018" in shown  # among the emergencies
    assert shown.count("<path") == 46
    assert "Darurat yang masih terbuka: 1" in shown


@pytest.mark.parametrize("view", ["today", "triage", "health", "report", ""])
def test_every_view_shows_in_light_and_dark_and_has_no_script(
    function: Loader, cloud: Cloud, view: str
) -> None:
    a_report(cloud, description="<script>alert(1)</script> pju mati", address='"><img src=x>')

    for theme in ("light", "dark"):
        shown = asks(function("command_centre"), theme, view=view, id=NUMBER)
        assert ('class="aduan dark"' in shown) == (theme == "dark")
        assert not re.search(r"<(script|iframe|use|img src=x)", shown)
        assert "gagal dibuka" not in shown


def test_what_is_to_be_decided_leads_to_the_report_and_its_acts(
    function: Loader, cloud: Cloud
) -> None:
    a_report(cloud, agency_responsible="diskominfo", refused_by=("dishub", "dpkp", "pln"))
    show = function("command_centre")

    listed = asks(show, view="triage")
    assert "Ditolak beberapa instansi" in listed
    to, given = buttons(listed)["1234-5678-9018"]
    opened = asks(show, **given)

    assert to == "command_centre"
    assert buttons(opened)["Alihkan ke instansi"] == (
        "decide_report",
        {"act": "send_to", "id": NUMBER},
    )


def test_what_waits_longest_is_decided_first(function: Loader, cloud: Cloud) -> None:
    for number, hours in ((OTHER_NUMBER, 1), (NUMBER, 9)):
        since = NOW - timedelta(hours=hours)
        times = {"requested_datetime": since, "updated_datetime": since}
        a_report(cloud, service_request_id=number, service_code="other", address=None, **times)

    shown = asks(function("command_centre"), view="triage")

    assert shown.index("1234-5678-9018") < shown.index("2345-6789-0125")


def test_the_widget_says_in_one_sentence_that_it_failed_and_gives_the_request_id(
    function: Loader, cloud: Cloud, output: Output
) -> None:
    show = function("command_centre", REPORTS_TABLE="no-such-table")

    shown = asks(show, view="today")

    assert "52fdfc07-2182-154f-163f-5f0f9a621d72" in notice(shown)
    assert "no-such-table" not in shown
    assert output.counted["WidgetFailed"] == 1


@pytest.mark.parametrize(
    "context", [None, [], {"forms": []}, {"forms": {"all": [1]}}, {"theme": 7}]
)
def test_anything_may_be_sent_to_the_function(function: Loader, cloud: Cloud, context: Any) -> None:
    assert "gagal dibuka" not in function("command_centre")({"widgetContext": context})


def test_it_describes_itself(function: Loader, cloud: Cloud) -> None:
    assert function("command_centre")({"describe": True}).startswith("### Command centre")


def test_the_head_of_an_agency_sees_their_own_figures_whatever_they_ask_for(
    function: Loader, cloud: Cloud
) -> None:
    a_report(cloud, urgent=True)
    own = function("command_centre", alias=":dlhkp")

    for view in ("today", "report", "triage"):
        shown = asks(own, view=view, id=NUMBER)
        assert "Dinas Lingkungan Hidup" in shown
        assert "1234-5678" not in shown
        assert "Dishub" not in shown


def test_how_it_looks_after_the_work_stands_beside_the_officers_photos(
    function: Loader, cloud: Cloud
) -> None:
    request = a_report(
        cloud,
        status=Status.SOLVED,
        photo_ids=("m1-0", "m9-0"),
        now_ids=("m9-0",),
        before_key="proof/before.jpg",
        proof_key="proof/after.jpg",
    )
    table = ServiceRequestTable(cloud.reports)
    for photo_id in request.photo_ids:
        table.save_photo(photo_id, {"key": f"photo/{photo_id}"}, change=Change(), at=NOW)

    shown = asks(function("command_centre"), view="report", id=NUMBER)

    order = [shown.index(each) for each in ("photo/m1-0", "before.jpg", "after.jpg", "photo/m9-0")]
    assert order == sorted(order)
    assert shown.count("photo/m9-0") == 1


def test_an_unknown_number_is_said_to_be_unknown(function: Loader, cloud: Cloud) -> None:
    show = function("command_centre")

    for number in ("1234-5678-9018", "../..", "123", ""):
        assert "tidak ada" in notice(asks(show, view="report", id=number))


def test_health_tells_what_waits_and_what_failed(function: Loader, cloud: Cloud) -> None:
    client("sqs").send_message(QueueUrl=cloud.failures["photos"][1], MessageBody="{}")

    shown = asks(function("command_centre"), view="health")

    assert buttons(shown)["Coba lagi"] == ("redrive_failures", {"queue": "photos"})


# Deciding


def test_a_deed_changes_the_report_and_keeps_initials_reason_and_invocation(
    function: Loader, cloud: Cloud, output: Output
) -> None:
    request = a_report(cloud)

    shown = act(function, request, "send_to", agency="dpupr")

    assert notice(shown) == "Tercatat."
    table = FiguresTable(cloud.reports)
    (*_, event) = table.events(NUMBER)
    assert table.request(NUMBER).suggested_agency == "dpupr"
    assert (event.what, event.by, event.why) == ("sent_to", "RN", "sudah dicek petugas")
    assert event.invocation == "52fdfc07-2182-154f-163f-5f0f9a621d72"
    assert output.counted["OperatorDecided.send_to"] == 1


def test_the_second_of_two_operators_is_shown_what_the_first_did(
    function: Loader, cloud: Cloud
) -> None:
    request = a_report(cloud)
    act(function, request, "raise")

    shown = act(function, request, "reject")

    assert notice(shown).startswith("Laporan ini sudah berubah")
    assert FiguresTable(cloud.reports).request(NUMBER).status is Status.DISPATCHED


def test_without_initials_nothing_is_done_and_what_was_typed_stays(
    function: Loader, cloud: Cloud
) -> None:
    request = a_report(cloud)

    shown = act(function, request, "answer", initials="", answer="besok pagi")

    assert notice(shown).startswith("Isi dulu inisial")
    assert ">besok pagi</textarea>" in shown
    assert FiguresTable(cloud.reports).request(NUMBER) == request


def test_what_the_centre_decided_is_gone_from_the_list_at_once(
    function: Loader, cloud: Cloud
) -> None:
    request = a_report(cloud, service_code="other", address=None)
    show = function("command_centre")
    assert "1234-5678" in asks(show, view="triage")

    act(function, request, "reviewed")

    assert "1234-5678" not in asks(show, view="triage")


@pytest.mark.parametrize(
    "event",
    [
        {"act": "drop_table", "id": NUMBER},
        {"act": "close", "id": "x" * 100_000},
        {},
        {"act": "mute"},
    ],
)
def test_what_no_button_sends_is_a_sentence_and_changes_nothing(
    function: Loader, cloud: Cloud, event: dict[str, str]
) -> None:
    request = a_report(cloud)
    typed = {"version": str(request.version), **SIGNED, "why": "y" * 100_000}

    assert notice(asks(function("decide_report"), typed=typed, **event))
    assert FiguresTable(cloud.reports).request(NUMBER) == request


def test_a_citizen_who_abuses_the_desk_is_muted_for_a_day_and_unmuted(
    function: Loader, cloud: Cloud
) -> None:
    request = a_report(cloud)
    table = CentreTable(cloud.reports)
    chat = Conversation(citizen_id=CITIZEN, channel=Channel.WHATSAPP)
    table.save_conversation(chat, Change(), at=NOW)

    act(function, request, "mute")
    muted = table.conversation(CITIZEN)
    assert muted is not None
    assert muted.muted_until is not None
    assert muted.muted_until > datetime.now(UTC) + timedelta(hours=23)

    act(function, table.request(NUMBER), "unmute")
    free = table.conversation(CITIZEN)
    assert free is not None
    assert free.muted_until is not None
    assert free.muted_until <= datetime.now(UTC)


def test_a_kept_message_is_looked_at_once(function: Loader, cloud: Cloud) -> None:
    table = CentreTable(cloud.reports)
    kept = Kept(name="m1", because="flood", text="woi [disamarkan]")
    table.save(Change(kept=kept, citizen_id=CITIZEN), at=NOW)
    given = {"act": "dismiss_kept", "citizen": CITIZEN, "kept": "m1"}
    assert "woi" in asks(function("command_centre"), view="triage")

    first = asks(function("decide_report"), typed=SIGNED, **given)
    second = asks(function("decide_report"), typed=SIGNED, **given)

    assert notice(first) == "Tercatat."
    assert "woi" not in first
    assert notice(second) == "Sudah tercatat sebelumnya."


def test_a_citizen_out_of_reach_leaves_the_list_and_stays_on_record(
    function: Loader, cloud: Cloud
) -> None:
    EffectTable(cloud.reports).record_out_of_reach(CITIZEN, 131026, NOW)
    assert "131026" in asks(function("command_centre"), view="triage")

    asks(function("decide_report"), typed=SIGNED, act="dismiss_unreachable", citizen=CITIZEN)

    assert "131026" not in asks(function("command_centre"), view="triage")
    assert EffectTable(cloud.reports).contact(CITIZEN).meta_error == 131026


# Calls

FIRE = {
    "initials": "rn",
    "caller": "0812-3456-7890",
    "what": "rumah kebakaran, api besar",
    "where": "Gang Melati Mojoroto",
    "click": "c1",
}


def filed_number(html: str) -> str:
    found = re.search(r"Laporan (\d{4})-(\d{4})-(\d{4}) terkirim", html)
    assert found
    return "".join(found.groups())


def test_a_call_is_dispatched_in_three_round_trips(function: Loader, cloud: Cloud) -> None:
    take = function("take_call")
    opened = asks(take, step="open")
    checked = asks(take, typed=FIRE, **buttons(opened)["Periksa"][1])
    sent = asks(
        take,
        typed=FIRE | {"likely": "fire", "urgent": "1", "area": "Mojoroto", "news": "0"},
        **buttons(checked)["Kirim"][1],
    )

    assert 'value="fire" checked' in checked
    assert "Keluar dari bangunan" in checked
    request = FiguresTable(cloud.reports).request(filed_number(sent))
    assert (request.channel, request.urgent, request.area) == (Channel.CALL, True, "Mojoroto")
    assert [effect["start_generation"]["N"] for effect in cloud.effects()] == ["1"]


def test_the_number_is_in_the_vault_alone(function: Loader, cloud: Cloud, output: Output) -> None:
    sent = asks(function("take_call"), typed=FIRE | {"likely": "fire"}, step="file")

    assert len(cloud.items(cloud.vault)) == 2
    for place in (sent, output.text, json.dumps(cloud.items(cloud.reports))):
        assert "81234567890" not in place.replace("-", "")
    assert "1234567890" not in json.dumps(cloud.items(cloud.vault))


def test_kirim_pressed_twice_files_one_report(function: Loader, cloud: Cloud) -> None:
    take = function("take_call")
    numbers = {
        filed_number(asks(take, typed=FIRE | {"likely": "fire"}, step="file")) for _ in range(2)
    }

    assert len(numbers) == 1
    assert len(cloud.effects()) == 1


def test_a_caller_who_agreed_has_the_report_in_their_chat(function: Loader, cloud: Cloud) -> None:
    sent = asks(function("take_call"), typed=FIRE | {"likely": "fire", "news": "1"}, step="file")

    number = filed_number(sent)
    table = CentreTable(cloud.reports)
    chat = table.conversation(table.request(number).citizen_id)
    assert chat is not None
    assert chat.reports == (number,)
    assert table.events(number)[0].notes == "agreed_to_whatsapp"


def test_the_same_matter_nearby_is_shown_before_it_is_filed_again(
    function: Loader, cloud: Cloud
) -> None:
    a_report(cloud, service_code="fire", area="Mojoroto", urgent=True, address="Gang Melati 4")

    assert "Gang Melati 4" in asks(function("take_call"), typed=FIRE, step="check")


def test_what_a_second_caller_says_goes_to_the_report_that_is_there(
    function: Loader, cloud: Cloud
) -> None:
    a_report(cloud, service_code="fire", area="Mojoroto", urgent=True, address="Gang Melati 4")
    take = function("take_call")
    checked = asks(take, typed=FIRE, step="check")

    for _ in range(2):
        joined = asks(take, typed=FIRE, **buttons(checked)["Tambahkan ke ini"][1])

    assert notice(joined) == "Ditambahkan ke laporan 1234-5678-9018"
    table = FiguresTable(cloud.reports)
    assert table.request(NUMBER).description.count("rumah kebakaran") == 1
    assert [event.what for event in table.events(NUMBER)] == ["received", "words_added"]
    assert [effect["notice"]["M"]["what"]["S"] for effect in cloud.effects()] == ["words"]


@pytest.mark.parametrize("kind", ["ghost", "prank", "information", "wrong_number"])
def test_a_call_that_is_none_takes_one_click_and_counts_once(
    function: Loader, cloud: Cloud, kind: str
) -> None:
    take = function("take_call")
    for _ in range(2):
        asks(take, step="tally", kind=kind, click="c9")

    day = figures.day_of(datetime.now(UTC))
    assert FiguresTable(cloud.reports).days(day, day, figures.CALLS)[day] == {kind: 1}


def test_what_was_typed_survives_a_refusal(function: Loader, cloud: Cloud) -> None:
    shown = asks(
        function("take_call"), typed=FIRE | {"initials": "", "likely": "fire"}, step="file"
    )

    assert notice(shown).startswith("Isi dulu inisial")
    assert "rumah kebakaran, api besar" in shown
    assert cloud.effects() == []


# Failures


def test_what_failed_goes_back_on_its_queue_in_its_order(function: Loader, cloud: Cloud) -> None:
    inbox, failed = cloud.failures["inbox"]
    for n in range(3):
        client("sqs").send_message(
            QueueUrl=failed, MessageBody=f'"{n}"', MessageGroupId="g", MessageDeduplicationId=str(n)
        )

    shown = asks(function("redrive_failures"), typed=SIGNED, queue="inbox")

    assert notice(shown) == "3 pesan dikembalikan ke antrean."
    assert [message["body"] for message in cloud.messages(inbox)] == ["0", "1", "2"]
    assert cloud.messages(failed) == []


def test_nothing_is_redriven_without_a_reason(function: Loader, cloud: Cloud) -> None:
    shown = asks(function("redrive_failures"), typed={"initials": "rn"}, queue="photos")

    assert notice(shown).startswith("Tulis dulu alasannya")


def test_an_event_of_the_centre_reads_back_as_it_was_written(cloud: Cloud) -> None:
    event = Event(what="place_set", who="command_centre", at=NOW, before={"lat": -7.8, "area": "X"})
    request = a_service_request(service_request_id=OTHER_NUMBER)
    FiguresTable(cloud.reports).save(Change(request=request, event=event), at=NOW)

    assert FiguresTable(cloud.reports).events(OTHER_NUMBER) == [event]
