"""The stories are played on a deployed local stack of their own, with its access control on."""

from collections.abc import Iterator

import pytest

from infra.local.stack import running
from tests.stories.city import City


@pytest.fixture(scope="session")
def city() -> Iterator[City]:
    with running("test") as stack:
        yield City(stack)
