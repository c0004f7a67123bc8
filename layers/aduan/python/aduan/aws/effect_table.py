"""Effects in the table: what must follow from a change, and the record of what became of it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from aduan.aws.items import Item
from aduan.aws.table import Table, update
from aduan.change import Effect
from aduan.errors import StaleUpdateError

EFFECTS_KEPT = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What was on record of a message: an earlier try of unknown outcome, or that it is over."""

    begun: bool
    is_over: bool


def effect_key(effect: Effect) -> tuple[str, str]:
    """An effect lies with the citizen it is for: the stream keeps what lies together in its order."""
    owner = f"citizen#{effect.to}" if effect.to else f"request#{effect.service_request_id}"
    return owner, f"effect#{effect.name}"


class EffectTable(Table):
    def mark_carried_out(self, effect: Effect, at: datetime) -> None:
        """It leaves the list of work and is kept as a record for a while."""
        self.update(
            *effect_key(effect),
            "SET carried_out_at = :at, expires_at = :expires REMOVE #work, work_since",
            at=at.isoformat(),
            expires=int((at + EFFECTS_KEPT).timestamp()),
        )

    def mark_answered(self, wait: Item, at: datetime) -> None:
        """The workflow has got the answer of this wait. A newer token that came meanwhile stays."""
        pk, sk, token = (wait[name]["S"] for name in ("PK", "SK", "task_token"))
        taken = update(pk, sk, "SET answered_at = :at REMOVE task_token", at=at.isoformat())
        with suppress(StaleUpdateError):
            self.transact([taken.provided("task_token = :token", token=token)])

    def begin_delivery(self, effect: Effect, at: datetime) -> Delivery:
        """Note that a message is about to be sent; tells whether that was begun before."""
        before = self.update(
            *effect_key(effect),
            "SET begun_at = :at ADD attempts :one",
            at=at.isoformat(),
            one=1,
        )
        is_over = "provider_message_id" in before or "undelivered" in before
        return Delivery(begun="begun_at" in before, is_over=is_over)

    def record_not_sent(self, effect: Effect) -> None:
        """Meta refused for now: this try has sent nothing."""
        self.update(*effect_key(effect), "REMOVE begun_at ADD refusals :one", one=1)

    def record_sent(self, effect: Effect, provider_message_id: str, *, perhaps_twice: bool) -> None:
        """Meta took the message. `perhaps_twice`: an earlier answer was lost, so it may be there twice."""
        self.update(
            *effect_key(effect),
            "SET provider_message_id = :id, perhaps_twice = :twice",
            id=provider_message_id,
            twice=int(perhaps_twice),
        )

    def record_undelivered(self, effect: Effect, code: int) -> None:
        """Meta will not take the message; `code` is Meta's."""
        self.update(*effect_key(effect), "SET undelivered = :code", code=code)

    def unfinished(self, work: str, *, before: datetime) -> list[Item]:
        """Items of kind `request` or `effect` that wait since before a time."""
        return self.query_work(work, before.isoformat())

    def unanswered(self, service_request_id: str) -> list[Item]:
        """Waits of a report that have both a token and an answer, but not yet each other."""
        waits = self.query(f"request#{service_request_id}", "wait#")
        return [wait for wait in waits if "task_token" in wait and "answer" in wait]
