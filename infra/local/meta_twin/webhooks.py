"""Delivering webhooks as Meta does: signed, at least once, again and again until a 200.

A delivery is stored before its first attempt and survives a restart. First attempts of one
citizen go out one after the other; retries do not hold up what comes later, so that order is
as little promised here as it is at Meta.
"""

import asyncio
import logging
import secrets
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from urllib.parse import urlencode

from infra.local.meta_twin.config import Config
from infra.local.meta_twin.envelopes import signature
from infra.local.meta_twin.store import Channel, Delivery, Store
from infra.local.meta_twin.web_client import Fetch

logger = logging.getLogger(__name__)

Sleep = Callable[[float], Awaitable[None]]

GIVE_UP_AFTER_S = {"whatsapp": 7 * 24 * 3600, "instagram": 36 * 3600}
BACKOFF_S = (0, 1, 2, 4, 8, 15, 30, 60, 120, 300, 900)
"""At once, then less and less often; the last one repeats."""


def backoff_s(attempts: int) -> float:
    return BACKOFF_S[min(attempts, len(BACKOFF_S)) - 1]


class Webhooks:
    def __init__(
        self,
        config: Config,
        store: Store,
        clock: Callable[[], float],
        *,
        fetch: Fetch,
        sleep: Sleep,
    ) -> None:
        self._config = config
        self._store = store
        self._clock = clock
        self._fetch = fetch
        self._sleep = sleep
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._tasks: set[asyncio.Task[None]] = set()
        self.verified: bool | None = None
        """Did the last verification handshake succeed? None before the first."""

    def send(
        self,
        citizen: str,
        channel: Channel,
        body: bytes,
        then: Callable[[], None] | None = None,
    ) -> asyncio.Task[None]:
        """Deliver in the background, `then` tell; the task ends when it is done or given up."""
        delivery = self._store.add_delivery(citizen, channel, body, self._clock())
        return self._start(self._deliver(delivery, then))

    def resume(self) -> None:
        """Go on with what an earlier run could not deliver."""
        for delivery in self._store.deliveries(due_only=True):
            self._start(self._deliver(delivery))

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        while tasks := list(self._tasks):
            await asyncio.gather(*tasks, return_exceptions=True)
            # From Python 3.12 on, done tasks are gathered before their callbacks have run.
            self._tasks.difference_update(tasks)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await self.settle()

    async def verify(self) -> bool:
        """The handshake Meta makes when the URL or the verify token is saved."""
        challenge = str(secrets.randbelow(10**10))
        query = {
            "hub.mode": "subscribe",
            "hub.challenge": challenge,
            "hub.verify_token": self._config.verify_token,
        }
        answer = await self._fetch("GET", f"{self._config.webhook_url}?{urlencode(query)}")
        self.verified = bool(
            answer and answer.status == 200 and answer.body.decode("utf-8", "replace") == challenge
        )
        status = answer.status if answer else "no answer"
        logger.info("webhook verification: %s (%s)", "ok" if self.verified else "failed", status)
        return self.verified

    def verify_until_it_works(self) -> None:
        self._start(self._verify_again_and_again())

    async def _verify_again_and_again(self) -> None:
        attempts = 0
        while not await self.verify() and attempts < 8:
            attempts += 1
            await self._sleep(backoff_s(attempts))

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _deliver(self, delivery: Delivery, then: Callable[[], None] | None = None) -> None:
        attempts = delivery.attempts
        async with self._turns[delivery.citizen]:
            attempts += 1
            done = await self._attempt(delivery, attempts)
        while not done and self._still_worth_it(delivery):
            await self._sleep(backoff_s(attempts))
            attempts += 1
            done = await self._attempt(delivery, attempts)
        if done and then:
            then()
        if not done:
            self._store.note_delivery(delivery.n, attempts, "dropped", None)
            logger.warning("webhook %s dropped after %s attempts", delivery.n, attempts)

    async def _attempt(self, delivery: Delivery, attempts: int) -> bool:
        secret = self._config.app_secret
        if delivery.channel == "instagram":
            secret = self._config.instagram_secret
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "facebookexternalua",
            "X-Hub-Signature-256": signature(secret, delivery.body),
        }
        answer = await self._fetch(
            "POST", self._config.webhook_url, body=delivery.body, headers=headers
        )
        status = answer.status if answer else None
        done = status == 200
        self._store.note_delivery(delivery.n, attempts, "done" if done else "due", status)
        if not done:
            logger.warning("webhook %s: attempt %s got %s", delivery.n, attempts, status)
        return done

    def _still_worth_it(self, delivery: Delivery) -> bool:
        return self._clock() - delivery.at < GIVE_UP_AFTER_S[delivery.channel]
