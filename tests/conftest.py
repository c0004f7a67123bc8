"""What every test stands on: an environment that can reach no real account, and AWS played by moto."""

import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from moto import mock_aws

# Before anything of the project is imported: its clients and functions read the environment.
for real in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"):
    os.environ.pop(real, None)
os.environ |= {
    "AWS_ACCESS_KEY_ID": "AKIAFORTESTSONLY",
    "AWS_SECRET_ACCESS_KEY": "for tests only",
    "AWS_REGION": "ap-southeast-3",
    "AWS_DEFAULT_REGION": "ap-southeast-3",
    "AWS_EC2_METADATA_DISABLED": "true",
    "JURISDICTION_ID": "kediri",
    "STAGE": "test",
    "POWERTOOLS_SERVICE_NAME": "test",
    "POWERTOOLS_METRICS_NAMESPACE": "Aduan112",
    "POWERTOOLS_LOG_LEVEL": "INFO",
}

from tests.cloud import Cloud  # noqa: E402

settings.register_profile("aduan", deadline=None, database=None)
settings.load_profile("aduan")


@pytest.fixture(autouse=True, scope="session")
def _this_machine_only() -> Iterator[None]:
    """No test reaches further than this machine."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        internet = self.family in (socket.AF_INET, socket.AF_INET6)
        if internet and address[0] not in ("127.0.0.1", "0.0.0.0", "::1", "localhost"):
            raise OSError(f"a test may not reach {address[0]}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", only_here)
        yield


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """Tables, keys, queues, bucket and topics as the stack makes them, empty."""
    with mock_aws():  # the clients of `aduan.aws.clients` are kept: making them takes a second
        yield Cloud()
