"""The stories are played on a deployed local stack of their own, with its access control on.

`STORIES_INSTANCE` names another one that runs already.
"""

import os
from collections.abc import Iterator

import pytest

from infra.local.stack import running
from tests.stories.city import SHORT, City


@pytest.fixture(autouse=True)
def nothing_is_reported_yet(city: "City") -> None:
    """Each story begins in a city in which nobody has reported anything near: none is offered another's."""
    table = city.table()
    for item in city.items("spot#"):
        table.delete_item(Key={"PK": item["PK"], "SK": item["SK"]})


@pytest.fixture(scope="session")
def city() -> Iterator[City]:
    with running(os.environ.get("STORIES_INSTANCE", "test"), SHORT) as stack:
        yield City(stack)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What looks back on all stories comes after them, last what stops the stack to search it."""
    items.sort(key=lambda item: item.name == "test_the_stories_took_every_move_of_the_workflow")
    items.sort(key=lambda item: "test_secrecy" in item.nodeid)
