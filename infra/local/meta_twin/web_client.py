"""Plain HTTP calls out of the twin: no redirects, no proxies, an answer or `None`."""

import asyncio
import http.client
from collections.abc import Awaitable, Callable
from typing import NamedTuple
from urllib.parse import urlsplit


class Answer(NamedTuple):
    status: int
    content_type: str
    body: bytes


Fetch = Callable[..., Awaitable[Answer | None]]
"""The shape of `fetch`, for those who get another one in a test."""


async def fetch(
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    timeout_s: float = 20,
    limit: int = 32 * 1024 * 1024,
) -> Answer | None:
    """What the other side says, at most `limit` bytes of it; `None` when it says nothing."""
    return await asyncio.to_thread(_fetch, method, url, body, headers or {}, timeout_s, limit)


def _fetch(
    method: str,
    url: str,
    body: bytes | None,
    headers: dict[str, str],
    timeout_s: float,
    limit: int,
) -> Answer | None:
    parts = urlsplit(url)
    kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    if parts.scheme not in kinds or not parts.hostname:
        return None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection = kinds[parts.scheme](parts.hostname, parts.port, timeout=timeout_s)
        try:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            content = response.read(limit + 1)
            return Answer(response.status, response.getheader("Content-Type", ""), content)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError):
        return None
