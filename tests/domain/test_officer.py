from datetime import UTC, date, datetime

import pytest

from aduan.errors import IllegalTransitionError
from aduan.look import Proof
from aduan.officer import (
    MAX_QUESTIONS,
    Act,
    DateWrongError,
    Decision,
    ReasonMissingError,
    acts_possible,
    decide,
    is_told,
    seen_by_officers,
)
from aduan.privacy import HIDDEN
from aduan.service_request import Status
from tests.builders import CITIZEN, KEDIRI, NOW, a_dispatched_request, a_solved_request

AT_WORK = a_dispatched_request(status=Status.ACCEPTED)


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


@pytest.mark.parametrize("act", [Act.ASK, Act.PARTLY, Act.REFUSE, Act.REJECT])
def test_without_a_reason_nothing_is_refused_or_rejected(act: Act) -> None:
    with pytest.raises(ReasonMissingError):
        decide(AT_WORK, Decision(act=act, words="  "), KEDIRI, NOW)


def test_a_report_cannot_be_solved_before_it_is_accepted() -> None:
    with pytest.raises(IllegalTransitionError):
        decide(a_dispatched_request(), Decision(act=Act.SOLVE), KEDIRI, NOW)


def test_once_solved_there_is_nothing_more_for_the_officer_to_do() -> None:
    assert acts_possible(a_solved_request()) == frozenset()


# What leaves the report where it is


@pytest.mark.parametrize(
    ("act", "text"),
    [
        (Act.ASK, "asked"),
        (Act.NOT_FOUND, "not_found"),
        (Act.DELAY, "delayed"),
        (Act.PARTLY, "partly_solved"),
    ],
)
def test_the_citizen_always_hears_of_a_question_a_delay_and_of_half_the_work(
    act: Act, text: str
) -> None:
    words = "hubungi 081234567890 atau a@b.id"
    decision = Decision(act=act, words=words, until=date(2026, 12, 3))
    change = decide(AT_WORK, decision, KEDIRI, NOW)

    assert change.request is not None
    assert change.request.status is Status.ACCEPTED
    assert change.answers == (), "the workflow goes on waiting for the solution"
    (effect,) = change.effects
    assert effect.say is not None
    assert effect.say.text == text
    told = " ".join(effect.say.fields.values())
    assert told.count(HIDDEN) == 2
    assert change.event is not None
    assert "081234567890" not in change.event.notes


def test_a_delay_lasts_to_the_end_of_its_day_and_ends_with_the_work() -> None:
    decision = Decision(act=Act.DELAY, until=date(2026, 12, 3))
    change = decide(AT_WORK, decision, KEDIRI, NOW)

    delayed = change.request
    assert delayed is not None
    assert delayed.delayed_until == datetime(2026, 12, 3, 16, 59, tzinfo=UTC)
    (effect,) = change.effects
    assert effect.say is not None
    assert effect.say.fields["until"] == "3 Desember 2026"
    solved = decide(delayed, Decision(act=Act.SOLVE, proof_key="proof/a.jpg"), KEDIRI, NOW)
    assert solved.request is not None
    assert solved.request.delayed_until is None


@pytest.mark.parametrize("until", [None, date(2026, 11, 24), date(2026, 11, 1), date(2027, 11, 24)])
def test_a_delay_without_a_day_to_come_is_none(until: date | None) -> None:
    with pytest.raises(DateWrongError):
        decide(AT_WORK, Decision(act=Act.DELAY, until=until), KEDIRI, NOW)


def test_whoever_does_not_find_it_asks_for_the_place() -> None:
    change = decide(AT_WORK, Decision(act=Act.NOT_FOUND), KEDIRI, NOW)

    assert change.request is not None
    assert change.request.open_question is not None
    assert change.request.open_question.about_place
    (effect,) = change.effects
    assert effect.say is not None
    assert effect.say.ask_location
    assert effect.say.fields["note"].startswith("Patokan")


def test_every_act_makes_the_forms_before_it_stale() -> None:
    """Also those that leave the report where it is."""
    seen = {seen_by_officers(AT_WORK)}
    for act in acts_possible(AT_WORK):
        decision = Decision(act=act, words="ya", proof_key="proof/a.jpg", until=date(2026, 12, 3))
        request = decide(AT_WORK, decision, KEDIRI, NOW).request
        assert request is not None
        assert seen_by_officers(request) not in seen


def test_a_citizen_is_not_asked_without_end() -> None:
    asked = AT_WORK
    for _ in range(MAX_QUESTIONS):
        asked = asked.ask("sisi mana?", NOW)

    assert not {Act.ASK, Act.NOT_FOUND} & acts_possible(asked)
    assert Act.SOLVE in acts_possible(asked)


def test_a_doubtful_proof_solves_and_is_asked_about() -> None:
    decision = Decision(act=Act.SOLVE, proof_key="proof/a.jpg", proof_look="00" * 8)
    doubtful = Decision(
        act=Act.SOLVE, proof_key="proof/a.jpg", proof_doubts=("reused", "old"), words="diganti"
    )

    assert decide(AT_WORK, decision, KEDIRI, NOW).proof == Proof(key="proof/a.jpg", look="00" * 8)
    change = decide(AT_WORK, doubtful, KEDIRI, NOW)
    assert change.request is not None
    assert (change.request.status, change.request.proof_doubts) == (
        Status.SOLVED,
        ("reused", "old"),
    )
    (say,) = (effect.say for effect in change.effects if effect.say)
    (notice,) = (effect.notice for effect in change.effects if effect.notice)
    assert (say.text, len(say.choices), say.photo_key) == ("solved_doubtful", 3, "proof/a.jpg")
    assert (notice.agency, notice.what) == ("diskominfo", "doubtful_proof")
    assert change.answers[0].outcome == "solved"
