"""What became of the city's messages: statuses, what they cost, and what a month costs."""

from typing import Any

import pytest

from tests.local.world import (
    BU_SRI,
    PAK_JOKO,
    World,
    a_direct_message,
    a_message,
    a_text,
    statuses,
)

PROGRESS = a_message(
    "template",
    {
        "name": "progress",
        "language": {"code": "id"},
        "components": [
            {"type": "body", "parameters": [{"type": "text", "text": "x"} for _ in range(2)]}
        ],
    },
)
REACTION = a_message("reaction", {"message_id": "wamid.A", "emoji": "👍"})
FREE = {
    "billable": False,
    "pricing_model": "PMP",
    "category": "service",
    "type": "free_customer_service",
}


def is_(world: World, **change: Any) -> None:
    assert world.call("PATCH", f"/citizens/whatsapp/{BU_SRI}", change).status == 200
    world.settle()


def sends(world: World, message: Any) -> list[Any]:
    """The statuses that the city hears of a message."""
    world.arrived.clear()
    assert world.whatsapp(message).status == 200
    world.settle()
    return statuses(world)


def test_a_phone_that_is_off_gets_everything_when_it_is_on_again(world: World) -> None:
    world.bu_sri_writes()
    is_(world, offline=True)

    off = [sends(world, a_text(text)) for text in ("satu", "dua")]
    world.arrived.clear()
    is_(world, offline=False)

    assert [[status["status"] for status in each] for each in off] == [["sent"], ["sent"]]
    assert [status["status"] for status in statuses(world)] == ["delivered", "delivered"]
    assert statuses(world)[0]["pricing"] == FREE


def test_whoever_looks_at_the_chat_has_read_at_once_and_delivered_is_skipped(world: World) -> None:
    world.bu_sri_writes()
    is_(world, reads_at_once=True)

    sent, read = sends(world, a_text())

    assert (sent["status"], read["status"]) == ("sent", "read")
    assert sent["pricing"] == read["pricing"] == FREE


def test_of_a_reaction_only_the_sending_is_told_and_it_costs_nothing(world: World) -> None:
    world.bu_sri_writes()

    (sent,) = sends(world, REACTION)
    world.post(f"/citizens/whatsapp/{BU_SRI}/read")

    assert sent["status"] == "sent"
    assert "pricing" not in sent
    assert world.get("/usage").json["delivered"] == 0


def test_a_message_to_whoever_has_blocked_the_account_fails(world: World) -> None:
    world.bu_sri_writes()
    is_(world, blocks=True)

    (failed,) = sends(world, a_text())

    assert (failed["status"], failed["errors"][0]["code"]) == ("failed", 131026)
    assert "pricing" not in failed


def test_instagram_says_at_once_that_somebody_cannot_be_reached(world: World) -> None:
    world.pak_joko_writes()
    world.call("PATCH", f"/citizens/instagram/{PAK_JOKO}", {"blocks": True})

    assert world.instagram(a_direct_message(text="Halo")).code == 551


def test_a_template_costs_inside_the_window_too(world: World) -> None:
    world.bu_sri_writes()

    sent, _ = sends(world, PROGRESS)

    assert sent["pricing"] == {
        "billable": True,
        "pricing_model": "PMP",
        "category": "utility",
        "type": "regular",
    }


def _thousand_delivered(world: World) -> None:
    for number in range(1000):
        world.twin.limits._pairs.clear()
        world.now += 0.1
        assert world.whatsapp(a_text(str(number))).status == 200
    world.settle()


def test_the_1001st_reply_of_a_month_costs_and_the_next_month_is_free_again(world: World) -> None:
    world.bu_sri_writes()
    _thousand_delivered(world)

    sent, delivered = sends(world, a_text())

    assert sent["pricing"] == delivered["pricing"] == {**FREE, "billable": True, "type": "regular"}
    usage = world.get("/usage").json
    assert (usage["delivered"], usage["billable"], usage["usd"]) == (1001, 1, 0.025)
    assert usage["free_left"] == 0

    world.now += 30 * 24 * 3600
    world.bu_sri_writes()
    assert sends(world, a_text())[0]["pricing"] == FREE


def test_without_a_payment_method_what_costs_is_not_delivered(world: World) -> None:
    world.bu_sri_writes()
    assert world.call("PATCH", "/account", {"payment_method": False}).status == 200

    free, costly = sends(world, a_text()), sends(world, PROGRESS)

    assert [status["status"] for status in free] == ["sent", "delivered"]
    assert [(status["status"], status["errors"][0]["code"]) for status in costly] == [
        ("failed", 131042)
    ]


def test_a_month_is_told_by_kind_and_by_citizen(world: World) -> None:
    world.bu_sri_writes()
    world.pak_joko_writes()
    for message in (a_text(), a_text(), PROGRESS, REACTION):
        sends(world, message)
    is_(world, fails_with=131026)
    sends(world, a_text())
    world.instagram(a_direct_message(text="Halo"))

    usage = world.get("/usage").json

    assert usage["month"] == "2026-09"
    assert usage["free_left"] == 998
    assert (usage["delivered"], usage["billable"], usage["usd"]) == (4, 1, 0.025)
    assert usage["kinds"] == {
        "instagram": {"delivered": 1, "billable": 0, "usd": 0, "usd_without_free": 0},
        "service": {"delivered": 2, "billable": 0, "usd": 0, "usd_without_free": 0.05},
        "utility": {"delivered": 1, "billable": 1, "usd": 0.025, "usd_without_free": 0.025},
    }
    assert usage["citizens"] == [
        {
            "channel": "whatsapp",
            "citizen": BU_SRI,
            "delivered": 3,
            "billable": 1,
            "usd": 0.025,
            "usd_without_free": 0.075,
            "kinds": {"service": 2, "utility": 1},
        },
        {
            "channel": "instagram",
            "citizen": PAK_JOKO,
            "delivered": 1,
            "billable": 0,
            "usd": 0,
            "usd_without_free": 0,
            "kinds": {"instagram": 1},
        },
    ]


@pytest.mark.parametrize("month", ["", "2026-13", "November"])
def test_what_is_no_month(world: World, month: str) -> None:
    assert world.get(f"/usage?month={month}").status == 409


def test_a_month_begins_at_midnight_in_kediri(world: World) -> None:
    world.now = 1_793_465_999.0  # 31 October 2026, 23:59:59 in Kediri
    world.bu_sri_writes()
    sends(world, a_text())
    world.now += 1
    sends(world, a_text())

    months = [world.get(f"/usage?month=2026-{month}").json["delivered"] for month in (10, 11)]
    assert months == [1, 1]


def test_a_file_of_an_older_twin_still_opens(world: World) -> None:
    world.bu_sri_writes()
    with world.twin.store._write() as db:
        db.execute("ALTER TABLE citizens DROP COLUMN blocks")
        db.execute("ALTER TABLE messages DROP COLUMN pricing")

    world.restart()

    assert world.bu_sri_writes().status == 202
