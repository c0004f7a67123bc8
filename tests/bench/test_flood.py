"""Whoever floods the desk cannot cost the city more than is written in SECURITY.md."""

from pathlib import Path

from tests.bench import flood
from tests.bench.report_cost import PRICES
from tests.builders import KEDIRI

SECURITY = (Path(__file__).parents[2] / "SECURITY.md").read_text("utf-8")
AT_MOST_PER_MILLION = {"webhook, not signed": 5, "webhook, signed-looking": 5}


def test_a_million_forged_requests_cost_no_more_than_is_promised() -> None:
    """Timed here, so with room for a busy machine; `make bench` prints the figures."""
    for request in flood.measure():
        at_most = AT_MOST_PER_MILLION.get(request.what, 20)
        assert request.per_million < at_most, request
        assert request.what in SECURITY


def test_nobody_can_make_the_desk_answer_for_more_than_some_dollars_a_day() -> None:
    """Of true accounts each answer may be billed: 200 messages are answered a day."""
    dollars = KEDIRI.settings["messages_a_day"] * PRICES["whatsapp"]["message"]

    assert dollars <= 5
    assert f"{dollars:.2f} US dollars" in SECURITY
