"""A function that dies after any of its calls to AWS, and runs again, leaves what it would have left.

The calls are not listed by hand: a hook on the layer under every client counts them, those that
`signed_request` would sign itself among them. What may be there twice is what people outside have got,
where a function dies between the deed and the note of it; the table that is printed says how often.
`make test` stops after what changes something, `make crashes` after every call.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from moto import mock_aws

from aduan import joining
from aduan.aws.clients import client
from aduan.aws.conversation_table import ConversationTable
from aduan.aws.figures_table import FiguresTable
from aduan.aws.photo_bucket import PhotoBucket
from aduan.aws.service_request_table import Assignment, ServiceRequestTable
from aduan.aws.vault_table import VaultWriter
from aduan.change import Change, Effect, Event, Followers, Notice, start_lifecycle
from aduan.conversation import Conversation
from aduan.deadline import watches
from aduan.message import Channel, Media, Say
from aduan.service_request import Status
from infra.settings import ROOT
from tests.builders import (
    CITIZEN,
    KEDIRI,
    NOW,
    NUMBER,
    STRANGER,
    a_dispatched_request,
    a_promised_request,
    a_sender,
    a_service_request,
    a_solved_request,
)
from tests.cloud import Cloud, a_queue_record
from tests.crashes.stopping import Crash, Outside, inside, outside, stopped_after
from tests.functions import test_locating as place
from tests.functions import test_privacy as gone
from tests.functions.conftest import WITH_KEYS, Handler, loaded
from tests.functions.test_agency_desk import Officer, a_link
from tests.functions.test_agency_overview import a_link as an_overview_link
from tests.functions.test_command_centre import FIRE, SIGNED, asks
from tests.functions.test_converse import a_record
from tests.functions.test_receive_webhook import delivered
from tests.functions.test_watch_deadline import a_late_request, event_of
from tests.local_server import Answer, LocalServer, says
from tests.pictures import photo

Run = Callable[[Handler], Any]
JPEG = photo(7)
AGENCIES = ("dishub", "diskominfo")


@dataclass
class World:
    """A cloud and a Meta of their own for each run."""

    cloud: Cloud
    meta: LocalServer
    mailboxes: list[str] = field(default_factory=list)

    @property
    def table(self) -> ServiceRequestTable:
        return ServiceRequestTable(self.cloud.reports)

    def citizen(self, channel: Channel = Channel.WHATSAPP) -> str:
        """Somebody whom the vault knows."""
        keys = self.cloud.vault_key_id, self.cloud.hash_key_id
        writer = VaultWriter(self.cloud.vault, key_id=keys[0], hash_key_id=keys[1])
        return writer.citizen(a_sender(channel))

    def effect(self, effect: Effect) -> dict[str, Any]:
        """An effect in the table; gives the record by which a queue brings it."""
        self.table.save(Change(effects=(effect,)), at=NOW)
        record: dict[str, Any] = a_queue_record(
            msgspec.json.encode(effect).decode(), group=effect.to, at=NOW
        )
        return {"Records": [record]}


def again_and_again(event: Any) -> Run:
    """A queue, a stream, a workflow or a clock brings the same event again."""
    return lambda handler: handler(event)


# What each function is given to do. Each gives what to run: once, and once more after a crash.


def receive_webhook(world: World) -> Run:
    return again_and_again(delivered("whatsapp/three_in_entries_and_changes"))


def converse(world: World) -> Run:
    return again_and_again({"Records": [a_record(text="lampu jalan mati di Jl. Dhoho")]})


def converse_a_reaction(world: World) -> Run:
    return again_and_again({"Records": [a_record(text="terima kasih")]})


def carry_out_effects(world: World) -> Run:
    notice = Effect(
        name="notice#1",
        service_request_id=NUMBER,
        notice=Notice(agency="dishub", what="late_to_accept"),
    )
    effects = (
        Effect(name="say#1", say=Say(text="thanks"), to=CITIZEN),
        Effect(name="say#2", say=Say(text="thanks"), to=CITIZEN, hold=True),
        Effect(name="fetch#a-0", fetch=Media(media_id="1"), photo_id="a-0", to=CITIZEN),
        Effect(name="erase#1", erase=True, to=CITIZEN),
        notice,
        start_lifecycle(a_service_request()),
        *watches(a_promised_request()),
    )
    world.table.save(Change(effects=effects), at=NOW)
    images = [{"dynamodb": {"NewImage": item}} for item in world.cloud.effects()]
    return again_and_again({"Records": images})


def send_message(world: World) -> Run:
    say = Say(text="thanks", fields={"desk": "Lapor", "city": "Kediri"})
    world.meta.answers(says({"messages": [{"id": "wamid.1"}]}))
    return again_and_again(world.effect(Effect(name="say#1", say=say, to=world.citizen())))


def send_message_on_instagram(world: World) -> Run:
    say = Say(text="thanks", fields={"desk": "Lapor", "city": "Kediri"})
    world.meta.answers(says({"message_id": "m.1"}))
    citizen = world.citizen(Channel.INSTAGRAM)
    return again_and_again(world.effect(Effect(name="say#1", say=say, to=citizen)))


def send_message_to_somebody_out_of_reach(world: World) -> Run:
    say = Say(text="thanks", fields={"desk": "Lapor", "city": "Kediri"})
    world.meta.answers(says({"error": {"code": 131026, "message": "undeliverable"}}, 400))
    citizen = world.citizen()
    chat = Conversation(citizen_id=citizen, channel=Channel.WHATSAPP)
    ConversationTable(world.cloud.reports).save_conversation(chat, Change(), at=NOW)
    return again_and_again(world.effect(Effect(name="say#1", say=say, to=citizen)))


def send_message_after_a_day(world: World) -> Run:
    say = Say(text="thanks", fields={"desk": "Lapor", "city": "Kediri"})
    world.meta.answers(says({"error": {"code": 131047, "message": "re-engagement"}}, 400))
    return again_and_again(world.effect(Effect(name="say#1", say=say, to=world.citizen())))


def fetch_photo(world: World) -> Run:
    facts, file = says({"url": f"{world.meta.url}/file", "id": "1"}), Answer(body=JPEG)
    effect = Effect(name="fetch#a-0", fetch=Media(media_id="1"), photo_id="a-0", to=CITIZEN)
    event = world.effect(effect)

    def run(handler: Handler) -> Any:
        world.meta.answers(facts, file)
        return handler(event)

    return run


def fetch_photo_that_is_gone(world: World) -> Run:
    effect = Effect(name="fetch#a-0", fetch=Media(media_id="1"), photo_id="a-0", to=CITIZEN)
    world.meta.answers(says({"error": {"code": 100}}, 400))
    return again_and_again(world.effect(effect))


def fetch_photo_let_go(world: World) -> Run:
    wanted = Effect(name="fetch#a-0", fetch=Media(media_id="1"), photo_id="a-0", to=CITIZEN)
    world.effect(wanted)
    key = PhotoBucket(world.cloud.photos).keep("reports", JPEG, name="a-0")
    world.table.save_fetched(wanted, {"key": key}, change=Change(), at=NOW)
    let_go = Effect(name="let_go#a-0", let_go=True, photo_id="a-0", to=CITIZEN)
    return again_and_again(world.effect(let_go))


def update_agency(world: World) -> Run:
    request = world.cloud.keeps(a_promised_request(status=Status.ROUTED))
    assignment = Assignment(
        service_request_id=NUMBER,
        attempt=1,
        agency="dishub",
        expires=datetime.now(UTC) + timedelta(days=30),
    )
    dispatched = request.dispatch(NOW, request.promises)
    world.table.save_dispatch(Change(request=dispatched), assignment, at=NOW)
    notice = Notice(agency="dishub", what="late_to_accept")
    return again_and_again(
        world.effect(Effect(name="notice#1", service_request_id=NUMBER, notice=notice))
    )


def inform_joined(world: World) -> Run:
    """Two neighbours follow a report, whose agency says that it goes."""
    world.cloud.keeps(a_dispatched_request())
    for number, citizen in (("234567890125", STRANGER), ("345678901235", "neighbour")):
        lead = world.table.request(NUMBER)
        report = a_service_request(service_request_id=number, citizen_id=citizen)
        received = Event(what="received", who="citizen", at=NOW)
        world.table.save(joining.joined(report, lead, received, KEDIRI), at=NOW)
    news = Say(text="in_progress", fields={"agency": "Dishub"})
    effect = Effect(
        name=f"inform#{NUMBER}#9#in_progress",
        say=news,
        service_request_id=NUMBER,
        followers=Followers(),
    )
    return again_and_again(world.effect(effect))


def erase_citizen(world: World) -> Run:
    citizen = world.citizen()
    tables = ConversationTable(world.cloud.reports)
    fetch = Effect(name="fetch#a-0", fetch=Media(media_id="1"), photo_id="a-0", to=citizen)
    world.effect(fetch)
    key = PhotoBucket(world.cloud.photos).keep("reports", JPEG, name="a-0")
    tables.save_fetched(fetch, {"key": key}, change=Change(), at=NOW)
    world.cloud.keeps(a_service_request(citizen_id=citizen, photo_ids=("a-0",)))
    world.cloud.keeps(a_service_request(service_request_id="234567890125", citizen_id="before"))
    chat = Conversation(citizen_id=citizen, channel=Channel.WHATSAPP, also=("before",))
    tables.save_conversation(chat, Change(), at=NOW)
    record = a_queue_record(
        msgspec.json.encode(Effect(name="erase#1", erase=True, to=citizen)).decode(), at=NOW
    )
    return again_and_again({"Records": [record]})


def mute_citizen(world: World) -> Run:
    chat = Conversation(citizen_id=CITIZEN, channel=Channel.WHATSAPP)
    ConversationTable(world.cloud.reports).save_conversation(chat, Change(), at=NOW)
    told = {"citizen_id": CITIZEN, "hours": 24, "reason": "kata kasar"}

    def run(handler: Handler) -> Any:
        """By hand: whoever sees that it was done does not do it again."""
        known = ConversationTable(world.cloud.reports).conversation(CITIZEN)
        return handler(told) if known and known.muted_until is None else None

    return run


def route_service_request(world: World) -> Run:
    world.cloud.keeps(a_service_request())
    return again_and_again({"service_request_id": NUMBER})


def dispatch_to_agency(world: World) -> Run:
    routed = {"status": Status.ROUTED, "agency_responsible": "dishub", "attempt": 1}
    world.cloud.keeps(a_service_request(**routed, urgent=True, because="jenis laporan"))
    return again_and_again({"service_request_id": NUMBER, "attempt": 1})


def close_service_request(world: World) -> Run:
    world.cloud.keeps(a_solved_request(rating=5))
    return again_and_again({"service_request_id": NUMBER, "because": "rated"})


def watch_deadline(world: World) -> Run:
    return again_and_again(event_of(world.cloud.keeps(a_late_request())))


def agency_desk(world: World) -> Run:
    world.cloud.keeps(a_dispatched_request(because="jenis laporan", service_code="drainage"))

    def run(handler: Handler) -> None:
        """The officer opens the link, and presses what is still offered."""
        officer = Officer(handler, a_link())
        page = officer.looks()
        if "accept" in page.acts:
            officer.sends("accept", page)

    return run


def show_agency_reports(world: World) -> Run:
    world.cloud.keeps(a_dispatched_request())
    return again_and_again({"pathParameters": {"link": an_overview_link()}})


def send_digest(world: World) -> Run:
    world.cloud.keeps(a_dispatched_request())
    return again_and_again({})


def check_agencies(world: World) -> Run:
    return again_and_again({})


def count_reports(world: World) -> Run:
    world.cloud.keeps(a_dispatched_request(area="Mojoroto"))
    new = {"PK": {"S": f"request#{NUMBER}"}, "SK": {"S": "request"}}
    return again_and_again({"Records": [{"dynamodb": {"NewImage": new}}]})


def recount_reports(world: World) -> Run:
    world.cloud.keeps(a_dispatched_request(area="Mojoroto"))
    FiguresTable(world.cloud.reports).count(NUMBER, KEDIRI, at=NOW)
    client("dynamodb").update_item(
        TableName=world.cloud.reports,
        Key={"PK": {"S": "figures#now"}, "SK": {"S": "city"}},
        UpdateExpression="ADD #open :three",
        ExpressionAttributeNames={"#open": "open"},
        ExpressionAttributeValues={":three": {"N": "3"}},
    )
    return again_and_again({})


def reconcile(world: World) -> Run:
    request = a_promised_request(updated_datetime=NOW.replace(year=2020))
    world.cloud.keeps(request)
    effect = Effect(name="say#1", say=Say(text="thanks"), to=CITIZEN)
    world.table.save(Change(effects=(effect,)), at=NOW.replace(year=2020))

    def run(handler: Handler) -> None:
        """A quarter of an hour later it comes again, crash or none."""
        handler({"patience_s": 0})
        handler({"patience_s": 0})

    return run


def remind_of_drafts(world: World) -> Run:
    began = loaded_converse_a_draft(world)
    return again_and_again({"at_once": began})


def command_centre(world: World) -> Run:
    world.cloud.keeps(a_dispatched_request())
    return lambda handler: asks(handler, view="today")


def decide_report(world: World) -> Run:
    request = world.cloud.keeps(a_dispatched_request())
    typed = {"version": str(request.version), **SIGNED}
    return lambda handler: asks(handler, typed=typed, act="raise", id=NUMBER)


def take_call(world: World) -> Run:
    return lambda handler: asks(handler, typed=FIRE | {"likely": "fire", "news": "1"}, step="file")


def print_papers(world: World) -> Run:
    """On the first of a month, of the month before."""
    world.cloud.keeps(a_dispatched_request(area="Pojok"))
    FiguresTable(world.cloud.reports).count(NUMBER, KEDIRI, at=NOW)
    return again_and_again({"scheduled": True})


def redrive_failures(world: World) -> Run:
    _, failed = world.cloud.failures["inbox"]
    # What somebody has received and not deleted is there again after half a minute: here at once.
    client("sqs").set_queue_attributes(QueueUrl=failed, Attributes={"VisibilityTimeout": "0"})
    for n in range(3):
        client("sqs").send_message(
            QueueUrl=failed, MessageBody=f'"{n}"', MessageGroupId="g", MessageDeduplicationId=str(n)
        )
    return lambda handler: asks(handler, typed=SIGNED, queue="inbox")


def forget_inactive(world: World) -> Run:
    for citizen in (CITIZEN, STRANGER):
        chat = Conversation(
            citizen_id=citizen, channel=Channel.WHATSAPP, last_inbound_at=gone.LONG_AGO
        )
        table = ConversationTable(world.cloud.reports)
        table.save_conversation(chat, Change(), at=gone.LONG_AGO)
    return again_and_again({})


def receive_place(world: World) -> Run:
    with pytest.MonkeyPatch.context() as patch:
        take_call = loaded("take_call", world.cloud, patch)
        place_id = place.place_id_in(asks(take_call, typed=place.FIRE, step="locate"))

    def run(handler: Handler) -> Any:
        return place.Desk(world.cloud, take_call, handler).opens(
            place.link_to(place_id), **place.PIN
        )

    return run


def rekey_vault(world: World) -> Run:
    world.citizen()
    world.citizen(Channel.INSTAGRAM)
    return again_and_again({"round": "autumn"})


def reveal_contact(world: World) -> Run:
    world.cloud.keeps(a_dispatched_request(citizen_id=world.citizen()))
    return lambda handler: asks(handler, typed=SIGNED | {"click": "c1"}, id=NUMBER)


def loaded_converse_a_draft(world: World) -> bool:
    """A report that was begun."""
    with pytest.MonkeyPatch.context() as patch:
        loaded("converse", world.cloud, patch)(
            {"Records": [a_record(text="mau lapor jalan rusak")]}
        )
    return True


CASES: tuple[Callable[[World], Run], ...] = (
    receive_webhook,
    converse,
    converse_a_reaction,
    carry_out_effects,
    send_message,
    send_message_on_instagram,
    send_message_to_somebody_out_of_reach,
    send_message_after_a_day,
    fetch_photo,
    fetch_photo_that_is_gone,
    fetch_photo_let_go,
    update_agency,
    inform_joined,
    erase_citizen,
    mute_citizen,
    route_service_request,
    dispatch_to_agency,
    close_service_request,
    watch_deadline,
    agency_desk,
    show_agency_reports,
    send_digest,
    check_agencies,
    count_reports,
    recount_reports,
    reconcile,
    remind_of_drafts,
    command_centre,
    decide_report,
    take_call,
    redrive_failures,
    print_papers,
    forget_inactive,
    receive_place,
    rekey_vault,
    reveal_contact,
)
# By itself a look changes nothing: `make crashes` stops after those, too.
EVERY_CALL = os.environ.get("CRASHES") == "every"
ONLY_LOOKS = re.compile(
    r"\.(Get|BatchGet|Query|Scan|Describe|List|GenerateMac|Encrypt|Decrypt|GET)"
)
ONLY_SHOW = ("command_centre", "show_agency_reports")
NEED_KEYS = (*WITH_KEYS, "rekey_vault", "receive_place")
COUNT_AT_ONCE = ("take_call", "decide_report")
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))


def function_of(case: Callable[[World], Run]) -> str:
    return max((name for name in FUNCTIONS if case.__name__.startswith(name)), key=len)


def test_no_function_is_left_out() -> None:
    assert {function_of(case) for case in CASES} == set(FUNCTIONS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_crash_after_any_call_leaves_what_no_crash_would(
    case: Callable[[World], Run],
    meta: LocalServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    calls, wanted, told = played(case, meta, monkeypatch, stop_after=None)
    assert calls, "it makes no call at all"
    assert function_of(case) in ONLY_SHOW or not all(ONLY_LOOKS.search(each) for each in calls)
    twice = []
    for nth in range(1, len(calls) + 1):
        if not EVERY_CALL and ONLY_LOOKS.search(calls[nth - 1]):
            continue
        _, found, outside_then = played(case, meta, monkeypatch, stop_after=nth)
        after = f"stopped after call {nth}, {calls[nth - 1]}"
        for what in wanted:
            assert found[what] == wanted[what], f"{after}: {what}"
        assert set(outside_then.said) == set(told.said), after
        assert set(outside_then.told) == set(told.told), after
        if outside_then.twice > told.twice:
            twice.append(calls[nth - 1])
    if EVERY_CALL:
        row = ", ".join(f"{number} {name}" for name, number in Counter(calls).items())
        with capsys.disabled():
            print(
                f"\n{case.__name__:38} {len(calls):3}  perhaps twice: {len(twice)}  {row}", end=""
            )
    assert len(twice) <= MAY_BE_TWICE.get(case.__name__, 0), twice


# Stopped between a deed that people outside see and the note that it was done.
MAY_BE_TWICE = {
    "send_message": 1,
    "send_message_on_instagram": 1,
    "update_agency": 1,
    "dispatch_to_agency": 2,
    "send_digest": 1,
    "check_agencies": 1,
}


def played(
    case: Callable[[World], Run],
    meta: LocalServer,
    monkeypatch: pytest.MonkeyPatch,
    *,
    stop_after: int | None,
) -> tuple[list[str], dict[str, Any], Outside]:
    """The calls that were made, and what is there when it is over: with a crash, run again once."""
    name = function_of(case)
    with a_world(meta, with_keys=name in NEED_KEYS) as world:
        run = case(world)
        meta.asked.clear()
        environment = {
            "WHATSAPP_API_URL": f"{meta.url}/v25.0",
            "INSTAGRAM_API_URL": f"{meta.url}/v25.0",
            "MEDIA_HOSTS": meta.url,
        }
        if name in NEED_KEYS:
            environment["VAULT_KEY_ID"] = world.cloud.vault_key_id
        with suppress(Crash), stopped_after(stop_after) as calls:
            run(loaded(name, world.cloud, monkeypatch, **environment))
        if stop_after is not None:
            a_while_passes(world.cloud)
            run(loaded(name, world.cloud, monkeypatch, **environment))
        if name in COUNT_AT_ONCE:
            the_stream_counts(world)
        return calls.made, inside(world.cloud), outside(world.cloud, meta, world.mailboxes)


def the_stream_counts(world: World) -> None:
    """Where a function counts so that its operator sees it at once, the stream counts what it did not."""
    table = FiguresTable(world.cloud.reports)
    for number in list(table.numbers_of_all()):
        table.count(number, KEDIRI, at=datetime.now(UTC))


@contextmanager
def a_world(meta: LocalServer, *, with_keys: bool) -> Iterator[World]:
    with mock_aws():
        cloud = Cloud()
        mailboxes = [cloud.a_topic_with_mailbox(agency) for agency in AGENCIES]
        if with_keys:
            _ = cloud.keys  # made beforehand, as by the stack
        yield World(cloud, meta, mailboxes)


def a_while_passes(cloud: Cloud) -> None:
    """A queue keeps what failed from others for three minutes."""
    begun = datetime.now(UTC) - timedelta(minutes=3)
    for item in cloud.effects():
        if "begun_at" in item:
            aged = item | {"begun_at": {"S": begun.isoformat()}}
            client("dynamodb").put_item(TableName=cloud.reports, Item=aged)
