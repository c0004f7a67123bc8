"""Looks at promises, as one-time schedules of EventBridge Scheduler that delete themselves."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from aduan.aws.clients import client
from aduan.change import Watch

SOON = timedelta(seconds=2)  # what is due already: a schedule for a moment gone by would never come


@dataclass(frozen=True, kw_only=True)
class DeadlineSchedules:
    """The schedule group of a stage, the function that its schedules call, and by which role.

    `failed_queue_arn` keeps what the function could not be handed within a day.
    """

    group: str
    target_arn: str
    role_arn: str
    failed_queue_arn: str

    def create(self, service_request_id: str, watch: Watch, *, at: datetime) -> bool:
        """One schedule, once: the name is the same at every try. False when it was there.

        https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
        """
        scheduler = client("scheduler")
        moment = max(watch.at, at + SOON).astimezone(UTC) + timedelta(microseconds=999_999)
        told = {"service_request_id": service_request_id, "watch": msgspec.to_builtins(watch)}
        try:
            scheduler.create_schedule(
                Name=watch.name,
                GroupName=self.group,
                ScheduleExpression=f"at({moment:%Y-%m-%dT%H:%M:%S})",
                ScheduleExpressionTimezone="UTC",
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target={
                    "Arn": self.target_arn,
                    "RoleArn": self.role_arn,
                    "Input": json.dumps(told),
                    "DeadLetterConfig": {"Arn": self.failed_queue_arn},
                },
            )
        except scheduler.exceptions.ConflictException:
            return False
        return True
