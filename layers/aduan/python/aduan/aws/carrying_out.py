"""Effects and answers, carried out: what the stream brings, and what `reconcile` finds left over."""

import json
from dataclasses import dataclass
from datetime import datetime

import msgspec

from aduan.aws import lifecycle_execution, queues
from aduan.aws.deadline_schedule import DeadlineSchedules
from aduan.aws.effect_table import EffectTable
from aduan.aws.items import Item, from_item
from aduan.change import Effect


@dataclass(frozen=True, kw_only=True)
class CarryingOut:
    """`settling_queue_url` is where an answer waits a few seconds, lest a newer one overtakes it."""

    table: str
    outbox_queue_url: str
    settling_queue_url: str
    photo_queue_url: str
    notice_queue_url: str
    erasure_queue_url: str
    followers_queue_url: str
    state_machine_arn: str
    schedules: DeadlineSchedules

    def item(self, item: Item, *, at: datetime) -> None:
        """Carry out what an item of the table asks for: an effect, or a wait that has its answer."""
        if item["SK"]["S"].startswith("effect#"):
            self.effect(from_item(item, Effect), at=at)
        else:
            self.answer(item, at=at)

    def effect(self, effect: Effect, *, at: datetime) -> None:
        body = msgspec.json.encode(effect).decode()
        if effect.followers:
            queues.put(self.followers_queue_url, body)
        elif effect.hold:
            queues.put(self.settling_queue_url, body)
        elif effect.say or effect.react:
            queues.put(self.outbox_queue_url, body, group=effect.to, deduplication_id=effect.name)
        elif effect.photo_id:
            queues.put(self.photo_queue_url, body)
        elif effect.notice:
            queues.put(self.notice_queue_url, body)
        elif effect.watch and effect.service_request_id:
            self.schedules.create(effect.service_request_id, effect.watch, at=at)
        elif effect.erase:
            queues.put(self.erasure_queue_url, body)
        elif effect.start_generation is not None and effect.service_request_id:
            lifecycle_execution.start(
                self.state_machine_arn, effect.service_request_id, effect.start_generation
            )
        EffectTable(self.table).mark_carried_out(effect, at)

    def answer(self, wait: Item, *, at: datetime) -> None:
        """Give the workflow the answer it waits for; one that no longer waits has gone another way."""
        answer = json.loads(wait["answer"]["S"])
        lifecycle_execution.answer(wait["task_token"]["S"], answer)
        EffectTable(self.table).mark_answered(wait, at)
