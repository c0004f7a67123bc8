"""Delivering webhooks as Meta does: signed, at least once, again and again until a 200.

A delivery is stored before its first attempt and survives a restart. First attempts of one
citizen go out one after the other; retries do not hold up what comes later, so that order is
as little promised here as it is at Meta. What Meta does on bad days can be asked for: `Habits`
hold for everything, statuses and echoes too.
"""

import asyncio
import json
import logging
import random
import secrets
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Literal
from urllib.parse import urlencode

from infra.local.meta_twin import envelopes
from infra.local.meta_twin.config import Config
from infra.local.meta_twin.envelopes import signature
from infra.local.meta_twin.store import Channel, Delivery, Store
from infra.local.meta_twin.web_client import Fetch

logger = logging.getLogger(__name__)

Sleep = Callable[[float], Awaitable[None]]

GIVE_UP_AFTER_S = {"whatsapp": 7 * 24 * 3600, "instagram": 36 * 3600}
BACKOFF_S = (0, 1, 2, 4, 8, 15, 30, 60, 120, 300, 900)
"""At once, then less and less often; the last one repeats."""


UPDATES_A_BATCH = 1000


@dataclass(frozen=True)
class Habits:
    """How webhooks are delivered at present."""

    times: int = 1
    """So often each, at once: Meta promises "at least once"."""
    delay_s: float = 0
    jitter_s: float = 0
    """Each up to so many seconds later than the others, which mixes up their order."""
    unknown_fields: bool = False
    hold: bool = False
    """Keep everything back until `release`."""


@dataclass
class Held:
    delivery: Delivery
    then: Callable[[], None] | None
    gone: asyncio.Event = field(default_factory=asyncio.Event)


Order = Literal["as_sent", "reversed", "shuffled"]


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
        self.habits = Habits()
        self._held: list[Held] = []

    def send(
        self,
        citizen: str,
        channel: Channel,
        body: bytes,
        then: Callable[[], None] | None = None,
        *,
        delay_s: float = 0,
    ) -> asyncio.Task[None]:
        """Deliver in the background, `then` tell; the task ends when it is done or given up."""
        habits = self.habits
        if habits.unknown_fields:
            body = envelopes.wire_bytes(envelopes.with_unknown_fields(json.loads(body)))
        tasks = []
        for _ in range(habits.times):
            delivery = self._store.add_delivery(citizen, channel, body, self._clock())
            if habits.hold:
                tasks.append(self._hold(delivery, then))
            else:
                wait_s = delay_s + habits.delay_s + random.uniform(0, habits.jitter_s)
                tasks.append(self._start(self._deliver(delivery, then, delay_s=wait_s)))
        return tasks[0]

    def _hold(self, delivery: Delivery, then: Callable[[], None] | None) -> asyncio.Task[None]:
        held = Held(delivery, then)
        self._held.append(held)

        async def until_gone() -> None:
            await held.gone.wait()

        return asyncio.create_task(until_gone())

    @property
    def held(self) -> int:
        return len(self._held)

    def release(self, order: Order = "as_sent", *, batch: bool = False) -> int:
        """Deliver what was held back, in that order, one by one or many in one body; how many."""
        held, self._held = self._held, []
        if order == "reversed":
            held.reverse()
        if order == "shuffled":
            random.shuffle(held)
        if not batch:
            for each in held:
                self._start(self._let_go([each], each.delivery))
            return len(held)
        batches = [
            members[first : first + UPDATES_A_BATCH]
            for members in _by_channel(held)
            for first in range(0, len(members), UPDATES_A_BATCH)
        ]
        for members in batches:
            self._start(self._let_go(members, self._merged(members)))
        return len(batches)

    def _merged(self, members: list[Held]) -> Delivery:
        for each in members:
            self._store.note_delivery(each.delivery.n, 0, "merged", None)
        first = members[0].delivery
        body = envelopes.merged([json.loads(each.delivery.body) for each in members])
        wire = envelopes.wire_bytes(body)
        return self._store.add_delivery(first.citizen, first.channel, wire, self._clock())

    async def _let_go(self, members: Sequence[Held], delivery: Delivery) -> None:
        def then() -> None:
            for each in members:
                if each.then:
                    each.then()

        await self._deliver(delivery, then)
        for each in members:
            each.gone.set()

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

    async def _deliver(
        self, delivery: Delivery, then: Callable[[], None] | None = None, *, delay_s: float = 0
    ) -> None:
        if delay_s:
            await self._sleep(delay_s)
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


def _by_channel(held: list[Held]) -> list[list[Held]]:
    """WhatsApp's and Instagram's updates never share a body."""

    def channel(each: Held) -> str:
        return each.delivery.channel

    return [list(members) for _, members in groupby(sorted(held, key=channel), channel)]
