"""Fifty people report one fallen tree: one job, fifty numbers, and nobody learns of the others."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aduan import joining
from aduan.change import Change, Event, Followers, tell_reporter
from aduan.conversation.state import Asked
from aduan.message import Channel, Location, Say
from aduan.report_number import spoken
from aduan.service_request import ServiceRequest, Status
from tests.builders import (
    ALUN_ALUN,
    CITIZEN,
    KEDIRI,
    NOW,
    NUMBER,
    NUMBERS,
    OTHER_NUMBER,
    STRANGER,
    Chat,
    a_dispatched_request,
    a_service_request,
    a_solved_request,
)

LEAD = NUMBERS[100]
HERE = {"lat": ALUN_ALUN.lat, "long": ALUN_ALUN.long, "area": "Kampungdalem"}
NEARBY = Location(lat=ALUN_ALUN.lat + 0.0002, long=ALUN_ALUN.long)  # some 22 m
SECRET = "depan rumah Bu Siti, lampu mati itu lho"


def a_lead(**changes: Any) -> ServiceRequest:
    """Somebody else's dark street light at the Alun-Alun, with Dishub."""
    values = {"citizen_id": STRANGER, "service_request_id": LEAD, "description": SECRET}
    return a_dispatched_request(**{**values, "address": "rumah Bu Siti", **HERE, **changes})


def a_follower(**changes: Any) -> ServiceRequest:
    return a_service_request(**{"status": Status.JOINED, "joined_to": LEAD, **HERE, **changes})


def a_neighbour(lead: ServiceRequest | None = None, *, channel: Channel = Channel.WHATSAPP) -> Chat:
    """Somebody near a report that is known; whoever opens one is asked whether it is that."""
    citizen = Chat(channel)
    citizen.nearby = (lead or a_lead(),)
    citizen.requests[LEAD] = citizen.nearby[0]
    return citizen


def is_offered(citizen: Chat) -> Say:
    citizen.sends("pju mati, gelap")
    return citizen.sends(location=NEARBY)


# Which are the same


@pytest.mark.parametrize(
    ("place", "same"),
    [
        (HERE, True),
        ({**HERE, "lat": ALUN_ALUN.lat + 0.0002}, True),
        ({**HERE, "lat": ALUN_ALUN.lat + 0.0005}, False),  # 55 m: the next lamp but one
        ({"address": "Jl. Dhoho depan stasiun", "lat": None, "long": None, "area": None}, False),
    ],
)
def test_lamps_within_thirty_metres_may_be_one(place: dict[str, Any], same: bool) -> None:
    mine = a_service_request(**{"address": None, **place})

    assert bool(joining.alike(mine, [a_lead()], KEDIRI, NOW)) is same


@pytest.mark.parametrize(
    ("mine", "theirs", "same"),
    [
        ("Jl. Veteran", "jln veteran dkt sekolah", True),
        ("Jl. Veteran", "Jl. Dhoho", False),
        ("pasar pahing", "belakang Pasar Paing", True),
        ("Jl. Veteran dekat Pasar Pahing", "Jl. Veteran dekat Pasar Banjaran", False),
        ("Jl. Veteran, Kelurahan Mojoroto", "Jl. Veteran, Kelurahan Ngronggo", False),
        ("depan rumah saya", "depan rumah saya", False),
    ],
)
def test_in_words_it_is_the_same_street_or_landmark_in_the_same_kelurahan(
    mine: str, theirs: str, same: bool
) -> None:
    here = a_service_request(address=mine)
    there = a_lead(address=theirs, lat=None, long=None, area=None)

    assert bool(joining.alike(here, [there], KEDIRI, NOW)) is same


@pytest.mark.parametrize(
    "changes",
    [
        {"service_code": "drainage"},
        {"status": Status.SOLVED},
        {"status": Status.CLOSED},
        {"status": Status.JOINED},
        {"requested_datetime": NOW - timedelta(days=31)},
        {"service_request_id": NUMBER},
    ],
)
def test_what_is_of_another_kind_over_or_old_is_not_the_same(changes: dict[str, Any]) -> None:
    assert joining.alike(a_service_request(**HERE), [a_lead(**changes)], KEDIRI, NOW) == ()


def test_what_concerns_one_person_is_never_the_same_as_anothers() -> None:
    mine = a_service_request(service_code="social_care", **HERE)

    assert joining.spot_keys(mine, KEDIRI) == ()
    assert joining.alike(mine, [a_lead(service_code="social_care")], KEDIRI, NOW) == ()


def test_whatever_is_near_is_found_at_a_spot_that_both_share() -> None:
    """Cells have borders; what lies across one is found all the same."""
    for step in range(60):
        one = a_service_request(
            address=None, lat=-7.83 + step * 0.0001, long=112.01 + step * 0.0001
        )
        other = replace(one, lat=(one.lat or 0) + 0.00019, long=(one.long or 0) - 0.00015)
        keys = joining.spot_keys(one, KEDIRI)

        assert set(keys) & set(joining.spot_keys(other, KEDIRI))
        assert len(keys) <= 4


# Joining


def test_a_report_that_is_known_is_offered_with_nothing_of_what_another_one_wrote() -> None:
    citizen = a_neighbour()
    say = is_offered(citizen)

    assert say.text == "already_reported"
    assert [each.title for each in say.choices] == ["Ya, itu juga", "Bukan, lain"]
    shown = f"{say.fields} {say.choices}"
    assert all(each not in shown for each in (SECRET, "Bu Siti", LEAD, spoken(LEAD)))
    assert citizen.report is None
    assert citizen.conversation.asked is Asked.SAME


@pytest.mark.parametrize("answer", ["ya", "iya benar pak", "Ya, itu juga"])
def test_one_yes_joins_it_under_a_number_of_its_own(answer: str) -> None:
    citizen = a_neighbour(a_lead(joined=10))
    offer = is_offered(citizen)
    say = citizen.taps(offer, answer) if answer.startswith("Ya,") else citizen.sends(answer)

    assert say.text == "joined"
    assert (say.fields["count"], say.fields["number"]) == ("12", spoken(NUMBER))
    mine, change = citizen.requests[NUMBER], citizen.turns[-1].change
    assert (mine.status, mine.joined_to) == (Status.JOINED, LEAD)
    assert change.joins == a_lead(joined=10)
    assert not [each for each in change.effects if each.start_generation], "no work of its own"


def test_a_no_makes_it_another_and_it_is_not_asked_again() -> None:
    citizen = a_neighbour()
    assert citizen.taps(is_offered(citizen), "Bukan").text == "received"

    assert citizen.requests[NUMBER].status is Status.RECEIVED
    assert citizen.turns[-1].change.joins is None


def test_what_was_solved_meanwhile_cannot_be_joined_any_more() -> None:
    citizen = a_neighbour()
    is_offered(citizen)
    citizen.requests[LEAD] = replace(a_lead(), status=Status.SOLVED)
    citizen.nearby = (citizen.requests[LEAD],)

    assert citizen.sends("ya").text == "received"


def test_what_one_has_reported_oneself_gets_more_words_not_another_number() -> None:
    mine = a_lead(citizen_id=CITIZEN, service_request_id=NUMBER)
    citizen = Chat(Channel.WHATSAPP, mine)
    citizen.nearby, citizen.number = (mine,), OTHER_NUMBER
    citizen.sends("pju mati, gelap", after=timedelta(days=2))
    offer = citizen.sends(location=NEARBY)

    assert (offer.text, offer.fields["number"]) == ("already_reported_by_you", spoken(NUMBER))
    assert citizen.sends("ya").text == "added_to_yours"
    assert "gelap" in citizen.requests[NUMBER].description
    assert OTHER_NUMBER not in citizen.requests


def test_an_emergency_is_never_asked_and_joins_at_once_what_is_surely_the_same() -> None:
    fire = a_lead(service_code="fire", urgent=True, agency_responsible="damkar")
    citizen = a_neighbour(fire)
    say = citizen.sends("kebakaran besar!!", location=NEARBY)

    assert say.text == "emergency"
    mine, change = citizen.requests[NUMBER], citizen.turns[-1].change
    assert (mine.joined_to, mine.urgent) == (LEAD, True)
    assert [each.notice.what for each in change.effects if each.notice] == ["joined"]


@pytest.mark.parametrize(
    "lead",
    [
        {"urgent": False},  # it must not take away the urgency of this one
        {"lat": ALUN_ALUN.lat + 0.01},
        {"lat": None, "long": None, "address": "Jl. Dhoho"},  # a street is long
        {"requested_datetime": NOW - timedelta(hours=3)},
    ],
)
def test_an_emergency_that_may_be_another_is_opened_by_itself(lead: dict[str, Any]) -> None:
    fire = {"service_code": "fire", "urgent": True, "agency_responsible": "damkar"}
    citizen = a_neighbour(a_lead(**{**fire, **lead}))

    assert citizen.sends("kebakaran di Jl. Dhoho!!", location=NEARBY).text == "emergency"
    assert citizen.requests[NUMBER].status is Status.RECEIVED


# Following


def test_one_that_follows_stands_as_its_lead_does() -> None:
    lead = a_lead(status=Status.ACCEPTED, joined=1)
    citizen = Chat(Channel.WHATSAPP, a_follower())
    citizen.requests[LEAD] = lead
    say = citizen.sends("cek")

    assert (say.text, say.fields["number"]) == ("status", spoken(NUMBER))
    assert say.fields["status"] == "diterima Dishub, menunggu dikerjakan"
    assert "Siti" not in f"{say.fields}"


def a_follower_of(lead: ServiceRequest) -> Chat:
    citizen = Chat(Channel.WHATSAPP, a_follower())
    citizen.requests[LEAD] = lead
    return citizen


def test_news_of_the_lead_reach_everyone_with_their_own_number() -> None:
    lead = a_lead(joined=3)
    say = Say(
        text="solved",
        fields={"number": spoken(LEAD), "place": "rumah Bu Siti", "agency": "Dishub"},
        choices=(),
    )
    told = Change(request=lead, effects=(tell_reporter(lead, say),))
    own, for_all = joining.effects_for_all(told)
    assert own.to == STRANGER
    assert for_all.followers == Followers()

    news = joining.told(a_follower(), lead, for_all, KEDIRI)
    assert news is not None
    assert news.to == CITIZEN
    assert news.say is not None
    assert news.say.fields["number"] == spoken(NUMBER)
    assert "Siti" not in f"{news}"
    assert LEAD not in f"{news}"


def test_an_officers_question_is_for_the_reporter_or_the_next_in_line() -> None:
    question = Say(text="asked", fields={"number": spoken(LEAD)})

    lead = a_lead(joined=3)
    (own,) = joining.effects_for_all(Change(request=lead, effects=(tell_reporter(lead, question),)))
    assert own.to == STRANGER

    left = a_lead(joined=3, left=True)
    (for_next,) = joining.effects_for_all(
        Change(request=left, effects=(tell_reporter(left, question),))
    )
    assert for_next.followers == Followers(first_alone=True)


def test_whoever_was_asked_instead_answers_through_their_own_report() -> None:
    lead = a_lead(left=True, joined=1, speaker=NUMBER).ask("nomor tiangnya?", NOW)
    citizen = a_follower_of(lead)
    say = citizen.sends("P-17 di sisi timur")

    assert say.text == "answer_passed_on"
    change = citizen.turns[-1].change
    assert change.request is not None
    assert change.request.description.endswith("P-17 di sisi timur")
    assert change.beside is not None
    assert change.beside.request is not None
    assert change.beside.request.service_request_id == LEAD
    assert change.beside.request.open_question is None
    assert "P-17" not in change.beside.request.description


def test_who_withdraws_leaves_the_others_alone() -> None:
    citizen = a_follower_of(a_lead(joined=3))
    citizen.taps(citizen.sends("batalkan laporan"), "Ya")

    change = citizen.turns[-1].change
    assert (change.request and change.request.status) == Status.CLOSED
    assert change.leaves == a_lead(joined=3)
    assert (change.beside, change.answers) == (None, ())
    assert citizen.sends("cek").fields["status"] == "sudah ditutup"


def test_the_first_reporter_withdraws_and_it_goes_on() -> None:
    citizen = Chat(Channel.WHATSAPP, a_dispatched_request(joined=1))
    say = citizen.taps(citizen.sends("batalkan laporan"), "Ya")

    assert say.text == "withdrawn_for_you"
    lead, change = citizen.requests[NUMBER], citizen.turns[-1].change
    assert (lead.status, lead.left, lead.reporters) == (Status.DISPATCHED, True, 1)
    assert (change.answers, citizen.told_agency) == ((), [])
    assert citizen.sends("cek").fields["status"] == "sudah ditutup"


def test_when_the_last_has_withdrawn_nobody_is_sent_any_more() -> None:
    citizen = a_follower_of(a_lead(joined=1, left=True))
    citizen.taps(citizen.sends("batalkan laporan"), "Ya")

    beside = citizen.turns[-1].change.beside
    assert beside is not None
    assert (beside.request and beside.request.status) == Status.CLOSED
    assert [each.error for each in beside.answers] == ["WithdrawnError"]
    assert [each.notice.what for each in beside.effects if each.notice] == ["withdrawn"]


def test_it_was_another_matter_after_all() -> None:
    citizen = a_follower_of(a_lead(joined=1))
    what = citizen.sends("Ubah", choice=f"edit:{NUMBER}:")
    say = citizen.taps(what, "Bukan hal yang sama")

    assert say.text == "parted"
    mine, change = citizen.requests[NUMBER], citizen.turns[-1].change
    assert (mine.status, mine.joined_to) == (Status.RECEIVED, None)
    assert change.leaves == a_lead(joined=1)
    assert [each.start_generation for each in change.effects if each.start_generation] == [2]


# Ratings


def a_solved_lead(**changes: Any) -> ServiceRequest:
    values = {"citizen_id": STRANGER, "service_request_id": LEAD, "joined": 2, **HERE}
    return a_solved_request(**values | changes)


def test_who_still_sees_the_hole_opens_it_again_whoever_rated_well_before() -> None:
    citizen = a_follower_of(a_solved_lead(rating=5))
    assert citizen.sends("1").text == "ask_reason"

    change = citizen.turns[-1].change
    assert (change.request and change.request.rating) == 1
    assert change.beside is not None
    assert (change.beside.request and change.beside.request.status) == Status.REOPENED
    assert [each.outcome for each in change.beside.answers] == ["reopen"]
    assert [each.notice.role for each in change.beside.effects if each.notice] == ["head"]


def test_it_is_closed_when_all_have_rated_well() -> None:
    lead = a_solved_lead(rating=4)
    first = a_follower_of(lead)
    assert first.hears("5") is None
    beside = first.turns[-1].change.beside
    assert beside is not None
    assert beside.answers == ()
    assert beside.request is not None
    assert beside.request.rated_by == (NUMBER,)

    last = a_follower_of(replace(beside.request, rated_by=(OTHER_NUMBER,)))
    last.hears("4")
    assert [a.outcome for a in (last.turns[-1].change.beside or Change()).answers] == ["close"]


def test_a_good_rating_of_the_first_waits_for_the_others() -> None:
    citizen = Chat(Channel.WHATSAPP, a_solved_request(joined=1))
    citizen.hears("5")

    assert citizen.turns[-1].change.answers == ()


def test_one_rating_each() -> None:
    lead = a_solved_lead(rated_by=(NUMBER,))
    citizen = Chat(Channel.WHATSAPP, a_follower(rating=5))
    citizen.requests[LEAD] = lead

    say = citizen.sends("1 Belum beres", choice=f"rate:{NUMBER}:1")
    assert say.text == "already_rated"


def test_what_is_not_solved_yet_reaches_the_officer_whoever_says_it() -> None:
    citizen = a_follower_of(a_solved_lead())
    citizen.sends("1")
    lead = citizen.turns[-1].change.beside
    assert lead is not None
    assert lead.request is not None
    citizen.requests[LEAD] = lead.request

    assert citizen.sends("lampunya masih redup").text == "reason_noted"
    beside = citizen.turns[-1].change.beside
    assert beside is not None
    assert beside.request is not None
    assert beside.request.reason == "lampunya masih redup"
    assert [each.what for each in beside.answers] == ["reason"]


# Many


def test_so_many_make_it_urgent_once() -> None:
    tree = a_lead(service_code="fallen_tree", joined=4)
    change = joining.raised_by_many(tree, [], KEDIRI, NOW)

    assert change is not None
    assert change.request is not None
    assert change.request.urgent
    assert [each.notice.what for each in change.effects if each.notice] == ["raised_by_many"]
    assert joining.raised_by_many(replace(tree, joined=3), [], KEDIRI, NOW) is None
    raised = [Event(what="raised_by_many", who="system", at=NOW)]
    assert joining.raised_by_many(tree, raised, KEDIRI, NOW) is None


def test_many_who_miss_one_lamp_make_no_emergency() -> None:
    assert joining.raised_by_many(a_lead(joined=99), [], KEDIRI, NOW) is None


# Recurrence


def earlier(number: int, **changes: Any) -> ServiceRequest:
    at = NOW - timedelta(days=20 * number)
    values = {"service_request_id": NUMBERS[number], "status": Status.CLOSED}
    return a_lead(**{**values, "requested_datetime": at, **changes})


def test_the_third_of_a_kind_at_one_spot_within_sixty_days_is_a_pattern() -> None:
    mine = a_service_request(**HERE)

    assert joining.times_here(mine, [earlier(1), earlier(2)], KEDIRI, NOW) == 3
    assert joining.times_here(mine, [earlier(1)], KEDIRI, NOW) == 0
    assert joining.times_here(mine, [earlier(1), earlier(4)], KEDIRI, NOW) == 0
    joined = earlier(2, status=Status.CLOSED, joined_to=LEAD)
    assert joining.times_here(mine, [earlier(1), joined], KEDIRI, NOW) == 0


def test_a_street_is_no_spot_but_a_landmark_is_one() -> None:
    words = {"lat": None, "long": None, "area": None}
    for place, times in (("Jl. Dhoho", 0), ("Pasar Pahing", 3)):
        mine = a_service_request(address=place)
        before = [earlier(n, address=place, **words) for n in (1, 2)]
        assert joining.times_here(mine, before, KEDIRI, NOW) == times


def test_a_new_report_knows_that_it_is_the_third() -> None:
    citizen = Chat()
    citizen.nearby = (earlier(1), earlier(2))
    assert is_offered(citizen).text == "received"

    assert citizen.requests[NUMBER].recurrence == 3


# Coming back


def a_closed_request(**changes: Any) -> ServiceRequest:
    return a_solved_request(**{"status": Status.CLOSED, "rating": 5, **changes})


@pytest.mark.parametrize("words", ["mati lagi pak", "belum beres, kumat lagi", "kok masih gelap"])
def test_what_is_back_within_a_month_is_opened_again_with_its_history(words: str) -> None:
    citizen = Chat(Channel.WHATSAPP, a_closed_request())
    say = citizen.sends(words, after=timedelta(days=29))

    assert (say.text, say.fields["number"]) == ("came_back", spoken(NUMBER))
    again, change = citizen.requests[NUMBER], citizen.turns[-1].change
    assert (again.status, again.generation, again.rating) == (Status.REOPENED, 2, None)
    assert (again.reason, again.suggested_agency) == (words, "dishub")
    assert [e.start_generation for e in change.effects if e.start_generation] == [2]
    notices = [(e.notice.what, e.notice.role) for e in change.effects if e.notice]
    assert notices == [("came_back", "head")]


def test_a_third_time_within_weeks_is_a_pattern_also_where_it_came_back() -> None:
    citizen = Chat(Channel.WHATSAPP, a_closed_request(reopened=1))
    citizen.sends("mati lagi", after=timedelta(days=3))

    assert citizen.requests[NUMBER].recurrence == 3


def test_what_came_back_for_one_who_joined_is_opened_again_for_all() -> None:
    lead = a_closed_request(
        citizen_id=STRANGER, service_request_id=LEAD, updated_datetime=NOW, **HERE
    )
    citizen = a_follower_of(lead)
    say = citizen.sends("mati lagi", after=timedelta(days=2))

    assert (say.text, say.fields["number"]) == ("came_back", spoken(NUMBER))
    beside = citizen.turns[-1].change.beside
    assert beside is not None
    assert (beside.request and beside.request.status) == Status.REOPENED
