"""Secrets from SSM Parameter Store (SecureString), kept in memory for five minutes."""

import time

from aduan.aws.signed_request import call
from aduan.errors import NotFoundError, TryAgainError

_KEPT_S = 300.0
_AGAIN_AFTER_S = 30.0  # a look at an SSM that is down takes seconds: not at every look


class Secrets:
    """The secrets under one prefix, e.g. /aduan/production/; all that are needed in one call."""

    def __init__(self, prefix: str, *names: str) -> None:
        self._prefix, self._names = prefix, names
        self._values: dict[str, str] = {}
        self._read_at = -_KEPT_S

    def __getitem__(self, name: str) -> str:
        if time.monotonic() - self._read_at >= _KEPT_S:
            self._refresh()
        try:
            return self._values[name]
        except KeyError as error:
            raise NotFoundError(f"no secret {self._prefix}{name}: run `make secrets`") from error

    def _refresh(self) -> None:
        """Read anew; while that fails, what was read before serves on."""
        try:
            self._read()
        except TryAgainError:
            if not self._values:
                raise
            self._read_at = time.monotonic() - _KEPT_S + _AGAIN_AFTER_S

    def _read(self) -> None:
        names = [self._prefix + name for name in self._names]
        answer = call("ssm", "AmazonSSM.GetParameters", {"Names": names, "WithDecryption": True})
        self._values = {
            parameter["Name"].removeprefix(self._prefix): parameter["Value"]
            for parameter in answer["Parameters"]
        }
        self._read_at = time.monotonic()
