import pytest

from aduan.errors import IllegalTransitionError
from aduan.officer import Act, Decision, ReasonMissingError, acts_possible, decide, is_told
from aduan.service_request import Status
from tests.builders import CITIZEN, KEDIRI, NOW, a_dispatched_request, a_solved_request


def test_accepting_what_takes_long_tells_the_citizen_and_lets_the_workflow_go_on() -> None:
    road = a_dispatched_request(service_code="road_damage")
    change = decide(road, Decision(act=Act.ACCEPT), KEDIRI, NOW)

    assert change.request is not None
    assert change.request.status is Status.ACCEPTED
    (effect,), (answer,) = change.effects, change.answers
    assert effect.say is not None
    assert (effect.say.text, effect.to) == ("accepted", CITIZEN)
    assert (answer.what, answer.attempt, answer.outcome) == ("acceptance", 1, "accepted")


def test_a_plain_report_costs_no_message_before_it_is_solved_or_rejected() -> None:
    lamp = a_dispatched_request()

    told = [what for what in ("accepted", "in_progress", "solved") if is_told(what, lamp, KEDIRI)]
    assert told == ["solved"]
    assert is_told("rejected", lamp, KEDIRI)


def test_whoever_is_in_danger_hears_of_every_step() -> None:
    lamp = a_dispatched_request(urgent=True)

    assert is_told("accepted", lamp, KEDIRI)
    assert is_told("in_progress", lamp, KEDIRI)
    assert not is_told("refused", lamp, KEDIRI)


def test_solving_shows_the_citizen_the_photo_and_asks_for_a_rating() -> None:
    accepted = a_dispatched_request(status=Status.ACCEPTED)
    decision = Decision(act=Act.SOLVE, words="lampu diganti LED", proof_key="proof/ab.jpg")
    change = decide(accepted, decision, KEDIRI, NOW)

    say = change.effects[0].say
    assert say is not None
    assert say.photo_key == "proof/ab.jpg"
    assert [c.payload.rsplit(":", 1)[1] for c in say.choices] == ["5", "3", "1"]
    assert "lampu diganti LED" in say.fields["note"]


def test_refusing_routes_it_again_without_a_word_to_the_citizen() -> None:
    decision = Decision(act=Act.REFUSE, words="jalan lingkungan", better_agency="dpkp")
    change = decide(a_dispatched_request(), decision, KEDIRI, NOW)

    assert change.effects == ()
    assert change.answers[0].error == "NotOursError"


def test_refusing_after_accepting_ends_the_wait_for_a_solution() -> None:
    accepted = a_dispatched_request(status=Status.ACCEPTED)
    change = decide(accepted, Decision(act=Act.REFUSE, words="bukan kami"), KEDIRI, NOW)

    assert (change.answers[0].what, change.answers[0].error) == ("solution", "NotOursError")


def test_rejecting_tells_the_citizen_why() -> None:
    decision = Decision(act=Act.REJECT, words="berada di lahan pribadi")
    change = decide(a_dispatched_request(), decision, KEDIRI, NOW)

    say = change.effects[0].say
    assert say is not None
    assert say.fields["reason"] == "berada di lahan pribadi"
    assert change.answers[0].error == "RejectedError"


@pytest.mark.parametrize("act", [Act.REFUSE, Act.REJECT])
def test_without_a_reason_nothing_is_refused_or_rejected(act: Act) -> None:
    with pytest.raises(ReasonMissingError):
        decide(a_dispatched_request(), Decision(act=act, words="  "), KEDIRI, NOW)


def test_a_report_cannot_be_solved_before_it_is_accepted() -> None:
    with pytest.raises(IllegalTransitionError):
        decide(a_dispatched_request(), Decision(act=Act.SOLVE), KEDIRI, NOW)


def test_once_solved_there_is_nothing_more_for_the_officer_to_do() -> None:
    assert acts_possible(a_solved_request()) == frozenset()
