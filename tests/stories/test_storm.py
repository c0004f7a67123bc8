"""A short storm: some of everything fails, and nothing is lost and nothing is there twice.

`make storm` is the whole of it: with Meta failing, processes killed and the emulator restarted.
"""

import os

from infra.local.stack import LocalStack
from tests.stories.city import SHORT, City
from tests.storm.storm import Plan, storm, table

SMALL = Plan(
    messages=40,
    seed=112,
    strength=0.3,
    kill_every_s=0,
    restart=False,
    share_answered=0.2,
    meta_fails=False,
)


def test_in_a_storm_nothing_is_lost_and_nothing_is_there_twice(city: City) -> None:
    stack = LocalStack(os.environ.get("STORIES_INSTANCE", "test"), context=SHORT)

    outcome = storm(city, stack, SMALL, city.tell)

    city.tell(table(outcome))
    assert sum(sum(kinds.values()) for kinds in outcome.injected.values()) > 10
    assert outcome.is_right, table(outcome)
    city.marks.also(outcome.marks)
