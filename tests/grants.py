"""`make grants`: take each grant away, one at a time, and see a story fail.

Each round starts a fresh local stack, removes one action on one resource from one function's role,
and plays the stories until the first that fails. What no story misses is listed, and is too much or
not told well enough. Half a minute a grant: for a night, not for every change.

The emulator looks at calls that functions make with their role. It does not look at what Lambda does
for them (reading queues and streams, the on-failure queue, logs, traces); those are asserted in the
template alone (tests/infra/test_grants.py), as is the exact name of each secret.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from infra.local.stack import LocalStack
from tests.stories.city import SHORT, City

INSTANCE = "grants"
BY_LAMBDA = (
    "logs:",
    "xray:",
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:SendMessageBatch",  # the emulator's name for what sqs:SendMessage allows, taken with it
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "iam:PassRole",
)
OF_LAMBDA = ("effects-failed", "deadlines-failed")  # on-failure queues, written by Lambda itself


@dataclass(frozen=True)
class Grant:
    """`on` is the element that names the resource: `NotResource` is all but that one."""

    function: str
    action: str
    resource: str
    on: str = "Resource"


def main() -> int:
    stack = LocalStack(INSTANCE, context=SHORT)
    missed = []
    whole = _fresh(stack)
    grants = [each for each in [*_grants(whole), *_key_grants(whole)] if _wanted(each)]
    for grant in grants:
        city = _fresh(stack)
        _take_away(city, grant)
        noticed = _a_story_fails()
        print(
            f"{'noticed' if noticed else 'MISSED '}  {grant.function}: {grant.action}", flush=True
        )
        missed += [] if noticed else [grant]
    stack.clean()
    print(f"{len(grants) - len(missed)} of {len(grants)} grants are missed by a story when they go")
    return 1 if missed else 0


def _wanted(grant: Grant) -> bool:
    """Only what the emulator looks at; with words on the command line, only those functions."""
    asked = not sys.argv[1:] or grant.function in sys.argv[1:]
    return (
        asked and not grant.action.startswith(BY_LAMBDA) and not grant.resource.endswith(OF_LAMBDA)
    )


def _fresh(stack: LocalStack) -> City:
    stack.clean()
    return City(stack.up(), tell=lambda line: None)


def _grants(city: City) -> Iterator[Grant]:
    for function in city.stack["functions"]:
        for statement in _policy(city, function)["Statement"]:
            for action in _listed(statement["Action"]):
                on = "Resource" if "Resource" in statement else "NotResource"
                for resource in _listed(statement[on]):
                    yield Grant(function, action, resource, on)


def _key_grants(city: City) -> Iterator[Grant]:
    """What the keys' own policies let functions do; a key by its alias, since its id is new each time.

    Two functions with the same use lose it together.
    """
    for alias, key_id in _keys(city).items():
        for statement in _key_policy(city, key_id)["Statement"]:
            for function in city.stack["functions"]:
                if _role(city, function)[0] in json.dumps(statement["Principal"]):
                    yield Grant(function, str(statement["Action"]), alias)


def _keys(city: City) -> dict[str, str]:
    aliases = city.client("kms").list_aliases()["Aliases"]
    return {str(a["AliasName"]): str(a["TargetKeyId"]) for a in aliases if "TargetKeyId" in a}


def _key_policy(city: City, key_id: str) -> dict[str, Any]:
    answer = city.client("kms").get_key_policy(KeyId=key_id, PolicyName="default")
    return dict(json.loads(answer["Policy"]))


def _take_from_key(city: City, grant: Grant) -> None:
    key_id = _keys(city)[grant.resource]
    policy = _key_policy(city, key_id)
    kept = [each for each in policy["Statement"] if each["Action"] != grant.action]
    city.client("kms").put_key_policy(
        KeyId=key_id, PolicyName="default", Policy=json.dumps(policy | {"Statement": kept})
    )


def _take_away(city: City, grant: Grant) -> None:
    if grant.resource.startswith("alias/"):
        _take_from_key(city, grant)
        return
    gone = {grant.action} | (
        {"sqs:SendMessageBatch"} if grant.action == "sqs:SendMessage" else set()
    )
    kept = [
        {"Effect": "Allow", "Action": each.action, each.on: each.resource}
        for each in _grants(city)
        if each.function == grant.function
        and not (each.action in gone and each.resource == grant.resource)
    ]
    role, policy = _role(city, grant.function)
    document = json.dumps({"Version": "2012-10-17", "Statement": kept})
    city.client("iam").put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=document)


def _a_story_fails() -> bool:
    stories = [sys.executable, "-m", "pytest", "tests/stories", "-x", "-q", "--no-header"]
    env = os.environ | {"STORIES_INSTANCE": INSTANCE, "STORIES_PATIENCE_S": "20"}
    return subprocess.run(stories, env=env, capture_output=True, check=False).returncode != 0


def _policy(city: City, function: str) -> dict[str, Any]:
    role, policy = _role(city, function)
    answer = city.client("iam").get_role_policy(RoleName=role, PolicyName=policy)
    return dict(answer["PolicyDocument"])


def _role(city: City, function: str) -> tuple[str, str]:
    """The function's role and its one inline policy."""
    name = city.stack["functions"][function]
    configuration = city.client("lambda").get_function_configuration(FunctionName=name)
    role = str(configuration["Role"]).rsplit("/", 1)[-1]
    (policy,) = city.client("iam").list_role_policies(RoleName=role)["PolicyNames"]
    return role, str(policy)


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


if __name__ == "__main__":
    sys.exit(main())
