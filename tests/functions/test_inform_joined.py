"""Fifty people write about one fallen tree within a minute: one job, and fifty people hear of it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from aduan.aws.centre_table import CentreTable
from aduan.aws.citizen_table import CitizenTable
from aduan.aws.conversation_table import ConversationTable
from aduan.change import Change, Effect, tell_reporter
from aduan.errors import StaleUpdateError
from aduan.message import Say
from aduan.message_digest import digest_of
from aduan.service_request import ServiceRequest, Status
from tests.builders import (
    CITIZEN,
    KEDIRI,
    NOW,
    NUMBER,
    NUMBERS,
    STRANGER,
    a_dispatched_request,
    a_service_request,
)
from tests.cloud import Cloud, a_queue_record, plain
from tests.functions.conftest import Handler, Loader, Output
from tests.webhooks import split

LAT, LONG = -7.828, 112.010
TREE = "pohon tumbang menutup jalan"


class Crowd:
    """Citizens with phones of their own, who write to `converse`."""

    def __init__(self, converse: Handler, cloud: Cloud) -> None:
        self.converse, self.cloud, self.sent = converse, cloud, 0

    def records(self, who: int, *parts: dict[str, Any]) -> list[dict[str, Any]]:
        """Messages of one of them, as the inbox holds them."""
        (letter, *_) = split("whatsapp/text").letters
        body, records = json.loads(json.dumps(vars(letter))), []
        for part in parts:
            self.sent += 1
            message_id = f"wamid.crowd{self.sent}"
            person = {"from": f"6281100004{who:03}", "from_user_id": f"ID.{who}"}
            message = {**person, "id": message_id, "timestamp": str(int(NOW.timestamp())), **part}
            address = {"user_id": f"ID.{who}", "wa_id": person["from"], "message_id": message_id}
            text = json.dumps(body | address | {"message": message})
            records.append(a_queue_record(text, group=str(who), at=NOW, number=self.sent))
        return records

    def write(self, who: int, *parts: dict[str, Any]) -> str:
        """Messages of one of them, handled; gives what is answered to the last."""
        records = self.records(who, *parts)
        assert self.converse({"Records": records}) == {"batchItemFailures": []}
        name = f"say#{digest_of('whatsapp', f'wamid.crowd{self.sent}')}"
        (effect,) = [each for each in self.cloud.effects() if each["name"]["S"] == name]
        return str(plain(effect)["say"]["text"])


def pin(offset: float = 0) -> dict[str, Any]:
    location = {"latitude": LAT + offset, "longitude": LONG}
    return {"type": "location", "location": location}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": words}}


def reports(cloud: Cloud) -> list[ServiceRequest]:
    numbers = [i["PK"]["S"][8:] for i in cloud.items(cloud.reports) if i["SK"]["S"] == "request"]
    return list(ConversationTable(cloud.reports).requests(numbers).values())


def carried_out(inform: Handler, cloud: Cloud, *, times: int = 1) -> int:
    """Bring what is for those who joined, page by page, until nothing new follows; gives the pages."""
    done: set[str] = set()
    while True:
        waiting = [
            each
            for item in cloud.effects()
            if "followers" in item and (each := plain(item)["name"]) not in done
        ]
        if not waiting:
            return len(done)
        for item in cloud.effects():
            if (name := plain(item)["name"]) in waiting:
                done.add(name)
                effect = msgspec.convert(plain(item), Effect)
                body = msgspec.json.encode(effect).decode()
                for _ in range(times):
                    records = [a_queue_record(body, at=NOW)]
                    assert inform({"Records": records}) == {"batchItemFailures": []}


def test_fifty_messages_about_one_tree_are_one_job_and_fifty_people_hear(
    function: Loader, cloud: Cloud, output: Output
) -> None:
    crowd = Crowd(function("converse"), cloud)
    answers = [crowd.write(who, text(TREE), pin(who * 0.000005)) for who in range(50)]
    assert answers == ["received"] + ["already_reported"] * 49
    answers = [crowd.write(who, text("ya")) for who in range(1, 50)]
    assert answers == ["joined"] * 49

    inform = function("inform_joined")
    carried_out(inform, cloud)
    everyone = reports(cloud)
    (lead,) = [each for each in everyone if each.status is not Status.JOINED]
    assert (len(everyone), lead.joined, lead.urgent) == (50, 49, True)
    starts = [each for each in cloud.effects() if "start_generation" in each]
    assert len(starts) == 1
    assert len({each.service_request_id for each in everyone}) == 50

    table = ConversationTable(cloud.reports)
    solved = lead.route_to("bpbd", "jenis laporan", NOW).dispatch(NOW).accept(NOW)
    solved = solved.solve("proof/a.jpg", "", NOW)
    say = Say(text="solved", fields={"number": lead.service_request_id})
    table.save(Change(request=solved, effects=(tell_reporter(solved, say),)), at=NOW)
    pages = carried_out(inform, cloud, times=2)  # whatever a queue brings twice

    told = [
        plain(each)
        for each in cloud.effects()
        if plain(each).get("say", {}).get("text") == "solved" and "to" in each
    ]
    assert len(told) == 50
    assert {each["to"] for each in told} == {each.citizen_id for each in everyone}
    by_citizen = {each.citizen_id: each.service_request_id for each in everyone}
    assert all(each["service_request_id"] == by_citizen[each["to"]] for each in told)
    assert pages >= 2
    assert output.counted["ServiceRequestRaisedByMany"] == 1


def test_two_at_the_same_moment_are_not_two_jobs(
    function: Loader, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second has looked around before the first was written."""
    crowd = Crowd(function("converse"), cloud)
    look = ConversationTable.around
    looked: list[bool] = []

    def while_another_writes(self: ConversationTable, spots: Any) -> Any:
        around = look(self, spots)
        if not looked:
            looked.append(True)
            crowd.write(2, text(TREE), pin())
        return around

    monkeypatch.setattr(ConversationTable, "around", while_another_writes)
    records = crowd.records(1, text(TREE), pin())
    assert crowd.converse({"Records": records}) == {"batchItemFailures": []}

    assert len(reports(cloud)) == 1


def a_joined_pair(cloud: Cloud) -> tuple[ConversationTable, ServiceRequest]:
    """A lead with an agency, and one who joins it."""
    lead = cloud.keeps(a_dispatched_request(citizen_id=STRANGER))
    mine = a_service_request(
        service_request_id=NUMBERS[7], status=Status.JOINED, joined_to=NUMBER, citizen_id=CITIZEN
    )
    table = ConversationTable(cloud.reports)
    table.save(Change(request=mine, joins=lead), at=NOW)
    return table, lead


def test_joining_never_undoes_what_an_officer_does_at_the_same_moment(cloud: Cloud) -> None:
    table, lead = a_joined_pair(cloud)

    with pytest.raises(StaleUpdateError):
        table.save(Change(request=lead.accept(NOW)), at=NOW)

    assert table.request(NUMBER).joined == 1


def test_what_was_solved_a_moment_ago_is_not_joined(cloud: Cloud) -> None:
    table, _ = a_joined_pair(cloud)
    as_read = table.request(NUMBER)
    solved = as_read.accept(NOW).solve("proof/a.jpg", "", NOW)
    table.save(Change(request=solved), at=NOW)
    late = a_service_request(service_request_id=NUMBERS[8], status=Status.JOINED, joined_to=NUMBER)

    with pytest.raises(StaleUpdateError):
        table.save(Change(request=late, joins=as_read), at=NOW)

    assert NUMBERS[8] not in table.requests([NUMBERS[8]])


def test_who_leaves_is_told_nothing_any_more(function: Loader, cloud: Cloud) -> None:
    table, _ = a_joined_pair(cloud)
    mine, lead = table.request(NUMBERS[7]), table.request(NUMBER)
    gone = Change(request=mine.withdraw(NOW), leaves=lead)
    table.save(gone, at=NOW)

    assert table.request(NUMBER).joined == 0
    assert table.followers(NUMBER) == ((), "")
    assert [e.what for e in table.events(NUMBER)] == ["received", "joined"]


def test_where_the_first_reporter_is_gone_the_next_is_asked(function: Loader, cloud: Cloud) -> None:
    table, _ = a_joined_pair(cloud)
    left = table.request(NUMBER).leave(NOW)
    question = tell_reporter(left, Say(text="asked", fields={"number": NUMBER}))
    table.save(Change(request=left, effects=(question,)), at=NOW)
    carried_out(function("inform_joined"), cloud, times=2)

    asked = [plain(each) for each in cloud.effects() if "to" in each]
    assert [(each["to"], each["say"]["text"]) for each in asked] == [(CITIZEN, "asked")]
    assert table.request(NUMBER).speaker == NUMBERS[7]


def test_one_who_joined_is_forgotten_with_the_reason_they_gave(cloud: Cloud) -> None:
    table, _ = a_joined_pair(cloud)
    mine, lead = table.request(NUMBERS[7]), table.request(NUMBER)
    reason = "masih gelap di depan rumah saya"
    beside = Change(request=lead.with_reason(reason, NOW))
    table.save(Change(request=mine.with_reason(reason, NOW), beside=beside), at=NOW)

    CitizenTable(cloud.reports).forget_reporter(table.request(NUMBERS[7]), at=NOW)

    assert "depan rumah saya" not in json.dumps(cloud.items(cloud.reports))


def test_a_report_that_follows_is_counted_as_one_that_came_in_and_as_no_work(cloud: Cloud) -> None:
    a_joined_pair(cloud)
    table = CentreTable(cloud.reports)
    for number in (NUMBER, NUMBERS[7]):
        table.count(number, KEDIRI, at=NOW)

    day = table.days("2026-11-24", "2026-11-24")["2026-11-24"]
    assert (day["new"], day["joined"]) == (2, 1)
    assert table.now()["open"] == 1


def test_what_follows_is_nobodys_work_to_repair(cloud: Cloud) -> None:
    table, _ = a_joined_pair(cloud)
    later = datetime.now(UTC) + timedelta(days=9999)

    assert [each.service_request_id for each in table.open_requests(later)] == [NUMBER]
