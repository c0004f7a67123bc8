"""A promise that is not kept goes up step by step, and what is asked for late is still taken."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from infra.local.emulator import ACCOUNT
from tests.stories.city import City, until


def schedules(city: City, number: str) -> list[str]:
    """The names of the schedules that watch a report."""
    answer = city.client("scheduler").list_schedules(NamePrefix=number.replace("-", ""))
    return sorted(each["Name"] for each in answer["Schedules"])


def events(city: City, number: str) -> list[tuple[str, str]]:
    return [(item["what"], item.get("notes", "")) for item in city.timeline(number)]


def test_what_nobody_accepts_climbs_to_the_supervisor_and_can_still_be_accepted(city: City) -> None:
    """Its service has terms of seconds in this stack: see `SHORT`."""
    citizen = city.citizen("whatsapp")
    citizen.sends("kucing liar sakit di Jl. Dhoho depan stasiun")
    citizen.hears("Laporan sudah kami terima")
    number = citizen.hears_number()
    first = city.officer("dkpp", number)
    assert "diterima paling lambat" in first.mail["text"]

    again = city.officer("dkpp", number, nth=2)
    assert "lewat batas waktu" in again.mail["subject"]
    assert again.link == first.link, "the very same link, still good"
    assert "Yth. Pimpinan DKPP" in city.officer("dkpp", number, nth=3).mail["text"]
    for nth, addressed in ((1, "Yth. Diskominfo"), (2, "Yth. Pengawas Diskominfo")):
        heard = _nth_to_command_centre(city, number, nth)
        assert addressed in heard
        assert "/desk/" not in heard, "the link is for who has the report alone"

    late = [notes for what, notes in events(city, number) if what == "late_to_accept"]
    assert late == ["dkpp", "dkpp", "diskominfo", "diskominfo"]
    until("the schedules to be gone", lambda: len(schedules(city, number)) == 1)
    assert schedules(city, number)[0].endswith("-solve-0-1")
    assert city.request(number)["status"] == "dispatched", "a breach moves nothing"

    again.presses("Terima laporan")
    city.becomes(number, "accepted")
    until("the workflow to go on", lambda: city.history(number)[-1] == "AwaitSolution")
    assert "lewat" not in " ".join(message["text"] for message in citizen.sent())
    assert city.undone(number) == []


def test_a_schedule_that_was_lost_is_made_again(city: City) -> None:
    citizen = city.citizen("whatsapp")
    citizen.sends("kucing liar sakit di Jl. Hasanudin depan pasar")
    citizen.hears("Laporan sudah kami terima")
    number = citizen.hears_number()
    city.officer("dkpp", number).presses("Terima laporan")
    city.becomes(number, "accepted")
    watch = f"{_id(number)}-solve-0-1"
    until("the watch on its solution", lambda: watch in schedules(city, number))
    city.client("scheduler").delete_schedule(Name=watch, GroupName="aduan-local-deadlines")

    city.reconcile()

    assert watch in schedules(city, number)


def test_an_agency_that_nobody_hears_for_is_found_at_once_and_every_morning(city: City) -> None:
    with without_subscriptions(city, "dkpp"):
        assert city.runs("check_agencies", {}) == {"unheard": ["dkpp"]}
        until("the command centre to be told", lambda: _to_command_centre(city, "DKPP"))

        citizen = city.citizen("whatsapp")
        citizen.sends("kucing liar sakit di Jl. Joyoboyo depan pasar")
        citizen.hears("Laporan sudah kami terima")
        number = citizen.hears_number()
        told = until("to be told of the report", lambda: _to_command_centre(city, number))
        assert "belum sampai ke dinas" in told[0]["subject"]
    assert city.runs("check_agencies", {}) == {"unheard": []}


@contextmanager
def without_subscriptions(city: City, agency: str) -> Iterator[None]:
    """An agency's topic as it is when it was just made."""
    sns, region = city.client("sns"), city.stack["region"]
    topic = f"arn:aws:sns:{region}:{ACCOUNT}:aduan-local-{agency}"
    before = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    for each in before:
        sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
    try:
        yield
    finally:
        for each in before:
            sns.subscribe(TopicArn=topic, Protocol=each["Protocol"], Endpoint=each["Endpoint"])


def _to_command_centre(city: City, words: str) -> list[dict[str, Any]]:
    return [mail for mail in city.mail("diskominfo") if words in mail["text"]]


def _id(number: str) -> str:
    return number.replace("-", "")


def _nth_to_command_centre(city: City, number: str, nth: int) -> str:
    what = f"the command centre to hear {nth} times"
    (mail,) = until(what, lambda: _to_command_centre(city, number)[nth - 1 : nth])
    return str(mail["text"])
