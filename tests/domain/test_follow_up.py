"""A citizen who does not rate is reminded once: awake, and while it costs nothing."""

from datetime import datetime, timedelta

import pytest

from aduan.change import Change, Watch
from aduan.follow_up import await_rating, awake, remind
from aduan.officer import Act, Decision, decide
from aduan.service_request import Awaited, ServiceRequest, Status
from aduan.time_zone import WIB
from tests.builders import KEDIRI, NOW, NUMBER, a_promised_request, a_solved_request

HOUR = timedelta(hours=1)


def solved() -> tuple[ServiceRequest, Watch]:
    """A report that an officer has just solved, and the look that follows."""
    decision = Decision(act=Act.SOLVE, proof_key="proof/ab.jpg")
    change = decide(a_promised_request().accept(NOW), decision, KEDIRI, NOW)
    (watch,) = [effect.watch for effect in change.effects if effect.watch]
    assert change.request is not None
    return change.request, watch


def test_a_report_that_was_solved_is_looked_at_again() -> None:
    request, watch = solved()

    assert (watch.name, watch.at) == (f"{NUMBER}-rate-0-1", NOW + 4 * HOUR)
    assert request.status is Status.SOLVED


def test_other_news_of_the_work_bring_no_reminder() -> None:
    change = decide(a_promised_request(), Decision(act=Act.ACCEPT), KEDIRI, NOW)

    assert [effect for effect in change.effects if effect.watch] == []
    assert await_rating(Change(), KEDIRI, NOW) == Change()


def test_who_has_not_rated_is_asked_once_more() -> None:
    request, watch = solved()
    change = remind(request, watch, KEDIRI, watch.at, last_inbound_at=NOW)

    assert change is not None
    (effect,) = change.effects
    assert effect.say is not None
    assert effect.say.text == "ask_rating"
    assert [choice.payload for choice in effect.say.choices] == [
        f"rate:{NUMBER}:{rating}" for rating in (5, 3, 1)
    ]
    assert change.request is not None
    assert remind(change.request, watch, KEDIRI, watch.at, last_inbound_at=NOW) is None


def test_who_has_rated_is_left_alone() -> None:
    request, watch = solved()

    assert remind(request.rate(5, NOW), watch, KEDIRI, watch.at, last_inbound_at=NOW) is None
    assert remind(a_solved_request(), watch, KEDIRI, watch.at, last_inbound_at=NOW) is None


@pytest.mark.parametrize("last", [NOW - 24 * HOUR, None], ids=["a day ago", "forgotten"])
def test_outside_the_window_nothing_is_said_and_it_is_not_tried_again(
    last: datetime | None,
) -> None:
    request, watch = solved()
    change = remind(request, watch, KEDIRI, watch.at, last_inbound_at=last)

    assert change is not None
    assert change.effects == ()
    assert change.request is not None
    promise = change.request.promise(Awaited.RATE)
    assert promise is not None
    assert promise.looked_at is None


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-11-24 20:59", "2026-11-24 20:59"),
        ("2026-11-24 21:00", "2026-11-25 07:00"),
        ("2026-11-25 03:00", "2026-11-25 07:00"),
        ("2026-12-31 23:00", "2027-01-01 07:00"),
    ],
)
def test_nobody_is_woken(at: str, said: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=WIB)

    assert awake(moment, KEDIRI) == datetime.fromisoformat(said).replace(tzinfo=WIB)
