"""A report goes all the way, on each channel, through the real stack."""

from collections.abc import Callable

import pytest

from tests.stories.city import City
from tests.stories.plain import STORIES


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_a_report_goes_all_the_way(city: City, story: Callable[[City], str]) -> None:
    story(city)
