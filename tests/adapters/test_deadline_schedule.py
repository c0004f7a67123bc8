"""A look at a promise is one schedule, however often it is asked for, and takes itself away."""

import json
from datetime import UTC, datetime, timedelta

from aduan.aws.deadline_schedule import DeadlineSchedules
from aduan.change import Watch
from aduan.service_request import Awaited
from aduan.time_zone import WIB
from tests.builders import NOW, NUMBER
from tests.cloud import Cloud

FRIDAY = datetime(2026, 11, 27, 16, 30, tzinfo=WIB)


def a_watch(at: datetime = FRIDAY) -> Watch:
    return Watch(name=f"{NUMBER}-accept-0-1", what=Awaited.ACCEPT, attempt=1, level=0, at=at)


def schedules(cloud: Cloud) -> DeadlineSchedules:
    variables = cloud.environment
    return DeadlineSchedules(
        group=variables["DEADLINE_GROUP"],
        target_arn=variables["WATCH_DEADLINE_ARN"],
        role_arn=variables["DEADLINE_ROLE_ARN"],
        failed_queue_arn=variables["FAILED_DEADLINES_ARN"],
    )


def test_a_schedule_calls_the_function_at_the_time_and_deletes_itself(cloud: Cloud) -> None:
    assert schedules(cloud).create(NUMBER, a_watch(), at=NOW)

    (schedule,) = cloud.schedules().values()
    assert schedule["Name"] == f"{NUMBER}-accept-0-1"
    assert schedule["ScheduleExpression"] == "at(2026-11-27T09:30:00)"
    assert schedule["ScheduleExpressionTimezone"] == "UTC"
    assert schedule["ActionAfterCompletion"] == "DELETE"
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    target = schedule["Target"]
    assert target["Arn"] == cloud.environment["WATCH_DEADLINE_ARN"]
    assert target["RoleArn"] == cloud.environment["DEADLINE_ROLE_ARN"]
    assert target["DeadLetterConfig"] == {"Arn": cloud.environment["FAILED_DEADLINES_ARN"]}
    assert json.loads(target["Input"]) == {
        "service_request_id": NUMBER,
        "watch": {
            "name": f"{NUMBER}-accept-0-1",
            "what": "accept",
            "attempt": 1,
            "level": 0,
            "at": "2026-11-27T16:30:00+07:00",
            "agency": None,
        },
    }


def test_asked_for_twice_it_is_one_and_stays_as_it_was(cloud: Cloud) -> None:
    schedules(cloud).create(NUMBER, a_watch(), at=NOW)

    assert not schedules(cloud).create(NUMBER, a_watch(FRIDAY + timedelta(days=1)), at=NOW)
    (schedule,) = cloud.schedules().values()
    assert schedule["ScheduleExpression"] == "at(2026-11-27T09:30:00)"


def test_what_is_due_already_is_looked_at_soon(cloud: Cloud) -> None:
    """A schedule for a moment that is gone would never come."""
    schedules(cloud).create(NUMBER, a_watch(NOW - timedelta(days=3)), at=NOW)

    (schedule,) = cloud.schedules().values()
    at = datetime.fromisoformat(schedule["ScheduleExpression"][3:-1]).replace(tzinfo=UTC)
    assert NOW < at < NOW + timedelta(minutes=1)


def test_it_comes_no_moment_before_its_time(cloud: Cloud) -> None:
    schedules(cloud).create(NUMBER, a_watch(FRIDAY + timedelta(microseconds=1)), at=NOW)

    (schedule,) = cloud.schedules().values()
    assert schedule["ScheduleExpression"] == "at(2026-11-27T09:30:01)"
