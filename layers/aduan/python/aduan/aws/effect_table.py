"""Effects in the table: what must follow from a change, and the record of what became of it."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aduan.aws.items import Item, from_item, to_item
from aduan.aws.table import Table, put, update
from aduan.change import Effect, Waiting
from aduan.errors import StaleUpdateError
from aduan.message import Say
from aduan.time_zone import WIB

EFFECTS_KEPT = timedelta(days=90)
_MAY_LEAVE = (
    "attribute_exists(PK) AND attribute_not_exists(overtaken) AND attribute_not_exists(ended)"
    " AND (attribute_not_exists(begun_at) OR begun_at < :long_ago)"
)
# Longer than a worker may take, shorter than the queues keep from others what one of them has begun.
BEGUN_LONG_AGO = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What is on record of a message: an earlier try of unknown outcome, or that it is over.

    `is_elsewhere`: another worker has it in hand, or has died with it a moment ago.
    """

    begun: bool = False
    is_over: bool = False
    is_elsewhere: bool = False


@dataclass(frozen=True, kw_only=True)
class Contact:
    """`silenced`: wants answers, but no news. `meta_error`: Meta's code when nothing got through.

    `by_sms`: whoever called 112 agreed to hear of it, by SMS where WhatsApp does not reach them.
    """

    silenced: bool = False
    by_sms: bool = False
    meta_error: int | None = None


def effect_key(effect: Effect) -> tuple[str, str]:
    """An effect lies with the citizen it is for: the stream keeps what lies together in its order."""
    owner = f"citizen#{effect.to}" if effect.to else f"request#{effect.service_request_id}"
    return owner, f"effect#{effect.name}"


class EffectTable(Table):
    def mark_carried_out(self, effect: Effect, at: datetime) -> None:
        """It leaves the list of work and is kept as a record for a while."""
        self._note(
            effect,
            "SET carried_out_at = :at, expires_at = :expires REMOVE #work, work_since",
            at=at.isoformat(),
            expires=int((at + EFFECTS_KEPT).timestamp()),
        )

    def _note(self, effect: Effect, expression: str, **values: str | int) -> Item:
        """Write into an effect's record, unless it is gone: its citizen may have been forgotten meanwhile."""
        try:
            pk, sk = effect_key(effect)
            return self.update(pk, sk, expression, provided="attribute_exists(PK)", **values)
        except StaleUpdateError:
            return {}

    def mark_answered(self, wait: Item, at: datetime) -> None:
        """The workflow has got the answer of this wait. A newer token that came meanwhile stays."""
        pk, sk, token = (wait[name]["S"] for name in ("PK", "SK", "task_token"))
        taken = update(pk, sk, "SET answered_at = :at REMOVE task_token", at=at.isoformat())
        with suppress(StaleUpdateError):
            self.transact([taken.provided("task_token = :token", token=token)])

    def effect(self, citizen_id: str, name: str) -> Effect | None:
        item = self.get(f"citizen#{citizen_id}", f"effect#{name}")
        return from_item(item, Effect) if item else None

    def begin_delivery(self, effect: Effect, at: datetime) -> Delivery:
        """Note that a message is about to leave, unless it has left or was overtaken by a newer one.

        Queues and streams bring it more than once: of two workers one sends it.
        """
        try:
            before = self.update(
                *effect_key(effect),
                "SET begun_at = :at ADD attempts :one",
                provided=_MAY_LEAVE,
                at=at.isoformat(),
                long_ago=(at - BEGUN_LONG_AGO).isoformat(),
                one=1,
            )
        except StaleUpdateError:
            item = self.get(*effect_key(effect)) or {"ended": {}}
            over = "ended" in item or "overtaken" in item
            return Delivery(is_over=over, is_elsewhere=not over)
        return Delivery(begun="begun_at" in before)

    def note_words(self, effect: Effect, digest: str) -> None:
        """What is about to be said: by that its echo is known which is faster than the record of it."""
        self._note(effect, "SET words = :words", words=digest)

    def record_not_sent(self, effect: Effect) -> int:
        """Meta refused for now: this try has sent nothing. Gives how often that was so before."""
        before = self._note(effect, "REMOVE begun_at ADD refusals :one", one=1)
        return int(before.get("refusals", {"N": "0"})["N"])

    def record_sent(
        self, effect: Effect, message_digest: str, *, perhaps_twice: bool, at: datetime
    ) -> None:
        """Meta took the message. `perhaps_twice`: an earlier answer was lost, so it may be there twice.

        Meta's id is kept as a digest: it holds the citizen's phone number.
        """
        twice = ":twice" if perhaps_twice else "if_not_exists(perhaps_twice, :twice)"
        self._note(
            effect,
            f"SET ended = :sent, perhaps_twice = {twice}",
            sent="sent",
            twice=int(perhaps_twice),
        )
        sent = {
            "PK": f"sent#{message_digest}",
            "SK": "sent",
            "citizen_id": effect.to,
            "effect": effect.name,
            "text": effect.say.text if effect.say else "",
            "service_request_id": effect.service_request_id,
            "expires_at": int((at + EFFECTS_KEPT).timestamp()),
        }
        self.transact([put(to_item(sent))])

    def record_undelivered(self, effect: Effect, code: int) -> None:
        """Meta will not take the message; `code` is Meta's."""
        self._note(
            effect,
            "SET ended = :end, meta_error = :code",
            end="undelivered",
            code=code,
        )

    def record_kept_back(self, effect: Effect, because: str) -> None:
        """Not sent on purpose: the citizen wants no news, or is gone."""
        self._note(effect, "SET ended = :because", because=because)

    def record_waiting(self, effect: Effect, code: int) -> None:
        """What cannot be said now is told with the next contact, and then in words of its own.

        Of each report it is the newest news only.
        """
        waiting = Waiting(
            name=effect.service_request_id or effect.name,
            effect=effect.name,
            say=replace(effect.say or Say(text=""), by_template=False),
            service_request_id=effect.service_request_id,
        )
        keys = {"PK": f"citizen#{effect.to}", "SK": f"waiting#{waiting.name}"}
        self.transact([put(to_item(waiting, **keys))])
        self.record_undelivered(effect, code)

    def has_just_said(self, citizen_id: str, words: str | None, now: datetime) -> bool:
        """Whether a message of ours with these words (their digest) left in the last two minutes, or began to.

        Without words it is a picture: then whether one with a photo did.
        """
        since = (now - timedelta(minutes=2)).isoformat()
        items = self.query(f"citizen#{citizen_id}", "effect#say#")
        lately = [item for item in items if item.get("begun_at", {"S": ""})["S"] > since]
        if words is None:
            return any("photo_key" in item["say"]["M"] for item in lately)
        return any(item.get("words") == {"S": words} for item in lately)

    def contact(self, citizen_id: str) -> Contact:
        item = self.get(f"citizen#{citizen_id}", "contact")
        return from_item(item, Contact) if item else Contact()

    def record_out_of_reach(self, citizen_id: str, code: int, at: datetime) -> None:
        """Nothing gets through to this citizen; the command centre sees them on the list `unreachable`."""
        self.update(
            f"citizen#{citizen_id}",
            "contact",
            "SET meta_error = :code, #work = :work, work_since = :at",
            code=code,
            work="unreachable",
            at=at.isoformat(),
        )

    def mark_out_of_reach(self, citizen_id: str) -> None:
        """Their chat knows it as well: whoever writes again is in reach, without a look at the list."""
        with suppress(StaleUpdateError):  # no chat, none to write in
            self.update(
                f"citizen#{citizen_id}",
                "conversation",
                "SET out_of_reach = :yes ADD version :one",
                provided="attribute_exists(PK)",
                yes=1,
                one=1,
            )

    def count_message(self, channel: str, at: datetime) -> int:
        """Count one message that Meta may bill, and give how many they are in this month (WIB)."""
        month = f"{at.astimezone(WIB):%Y-%m}"
        before = self.update(f"month#{month}", channel, "ADD messages :one", one=1)
        return int(before.get("messages", {"N": "0"})["N"]) + 1

    def unfinished(self, work: str, *, before: datetime) -> list[Item]:
        """Items of kind `request` or `effect` that wait since before a time."""
        return self.query_work(work, before.isoformat())

    def unanswered(self, service_request_id: str) -> list[Item]:
        """Waits of a report that have both a token and an answer, but not yet each other."""
        waits = self.query(f"request#{service_request_id}", "wait#")
        return [wait for wait in waits if "task_token" in wait and "answer" in wait]
