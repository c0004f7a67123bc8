"""`make grants`: take each grant away, one at a time, and see a story fail.

On one local stack: a round removes one action on one resource from one function's role, plays the stories
that need the function until the first that fails, and gives it back. Topics of agencies go together. What no
story misses is listed: it is too much, or not told well enough. Twenty seconds a grant.

The emulator looks at calls that functions make with their role. It does not look at what Lambda does
for them (reading queues and streams, the on-failure queue, logs, traces); those are asserted in the
template alone (tests/infra/test_grants.py), as is the exact name of each secret. It knows no
ReEncrypt: `rekey_vault` is proven on moto (tests/functions/test_privacy.py).
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from infra.local.stack import LocalStack
from tests.stories.city import SHORT, City

INSTANCE = "grants"
PATIENCE_S = os.environ.get("PATIENCE_S", "20")  # more where other work shares the machine
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
NOT_HERE = ("rekey_vault",)
CHAT, DESK, CENTRE = "test_conversation.py", "test_agency_desk.py", "test_command_centre.py"
STORIES: dict[str, tuple[str, ...]] = {
    "agency_desk": (f"{DESK}::test_before_and_after_stand_side_by_side", DESK),
    "carry_out_effects": ("test_plain.py", "test_deadlines.py", CHAT),
    "check_agencies": ("test_deadlines.py",),
    "close_service_request": ("test_plain.py",),
    "command_centre": (CENTRE,),
    "converse": ("test_plain.py", CHAT, "test_bad_input.py"),
    "count_reports": (f"{CENTRE}::test_the_figures_are_those_of_the_reports", CENTRE),
    "decide_report": (CENTRE,),
    "dispatch_to_agency": ("test_plain.py", "test_agencies.py", "test_deadlines.py"),
    "erase_citizen": ("test_restore.py", CHAT),
    "fetch_photo": ("test_plain.py", f"{CHAT}::test_words_taken_back_are_taken_out", CHAT),
    "forget_inactive": ("test_restore.py",),
    "mute_citizen": (f"{CHAT}::test_a_muted_citizen_gets_no_answer_but_help_in_danger",),
    "receive_webhook": ("test_plain.py",),
    "reconcile": ("test_repair.py", "test_deadlines.py", "test_restart.py"),
    "recount_reports": (CENTRE,),
    "redrive_failures": (CENTRE,),
    "remind_of_drafts": (f"{CHAT}::test_a_draft_is_reminded_of_once_and_finished_later",),
    "route_service_request": ("test_plain.py",),
    "send_digest": (f"{DESK}::test_every_morning_an_agency_hears_what_it_has_open",),
    "send_message": ("test_plain.py", CHAT),
    "show_agency_reports": (f"{DESK}::test_every_morning_an_agency_hears_what_it_has_open",),
    "reveal_contact": ("test_call_desk.py",),
    "take_call": ("test_call_desk.py", CENTRE),
    "update_agency": (CHAT, "test_deadlines.py", DESK),
    "watch_deadline": ("test_deadlines.py",),
}
"""Which stories need a function, the shortest first; one that is not named here is in all of them."""
OF_LAMBDA = ("effects-failed", "deadlines-failed")  # on-failure queues, written by Lambda itself


@dataclass(frozen=True)
class Grant:
    """`resources` are one, or all topics of agencies; with "!" before it, all but that one."""

    function: str
    action: str
    resources: tuple[str, ...]

    def __str__(self) -> str:
        on = "agencies" if len(self.resources) > 1 else self.resources[0].rpartition(":")[2]
        return f"{self.function}: {self.action} on {on}"


def main() -> int:
    stack = LocalStack(INSTANCE, context=SHORT)
    stack.clean()
    missed = []
    city = City(stack.up(), tell=lambda line: None)
    try:
        grants = [each for each in _all(city) if _wanted(each)]
        for function in dict.fromkeys(grant.function for grant in grants):
            if _a_story_fails(function):
                sys.exit(
                    f"The stories of {function} fail with all its grants: they can tell nothing."
                )
        for grant in grants:
            with _without(city, grant):
                noticed = _a_story_fails(grant.function)
            print(f"{'noticed' if noticed else 'MISSED '}  {grant}", flush=True)
            missed += [] if noticed else [grant]
    finally:
        stack.clean()
    print(f"{len(grants) - len(missed)} of {len(grants)} grants are missed by a story when they go")
    return 1 if missed else 0


def _wanted(grant: Grant) -> bool:
    """Only what the emulator looks at; with words on the command line, only those functions."""
    asked = not sys.argv[1:] or grant.function in sys.argv[1:]
    by_lambda = grant.action.startswith(BY_LAMBDA) or grant.resources[0].endswith(OF_LAMBDA)
    return asked and not by_lambda and grant.function not in NOT_HERE


def _all(city: City) -> list[Grant]:
    """Every grant there is, those on the topics of agencies as one."""
    together: dict[tuple[str, str, str], list[str]] = {}
    for function, action, resource in [*_grants(city), *_key_grants(city)]:
        family = "topics" if resource.startswith("arn:aws:sns:") else resource
        together.setdefault((function, action, family), []).append(resource)
    return [Grant(f, action, tuple(on)) for (f, action, _), on in together.items()]


def _grants(city: City) -> Iterator[tuple[str, str, str]]:
    for function in city.stack["functions"]:
        for statement in _policy(city, function)["Statement"]:
            for action in _listed(statement["Action"]):
                for resource in _listed(statement.get("Resource", [])):
                    yield function, action, resource
                for resource in _listed(statement.get("NotResource", [])):
                    yield function, action, f"!{resource}"


def _key_grants(city: City) -> Iterator[tuple[str, str, str]]:
    """What the keys' own policies let functions do; a key by its alias, since its id is new each time."""
    for alias, key_id in _keys(city).items():
        for statement in _key_policy(city, key_id)["Statement"]:
            for function in city.stack["functions"]:
                if _role(city, function)[0] in json.dumps(statement["Principal"]):
                    for action in _listed(statement["Action"]):
                        yield function, action, alias


def _keys(city: City) -> dict[str, str]:
    aliases = city.client("kms").list_aliases()["Aliases"]
    return {str(a["AliasName"]): str(a["TargetKeyId"]) for a in aliases if "TargetKeyId" in a}


def _key_policy(city: City, key_id: str) -> dict[str, Any]:
    answer = city.client("kms").get_key_policy(KeyId=key_id, PolicyName="default")
    return dict(json.loads(answer["Policy"]))


@contextmanager
def _without(city: City, grant: Grant) -> Iterator[None]:
    """The stack without this grant, and afterwards as it was."""
    if grant.resources[0].startswith("alias/"):
        kms, key_id = city.client("kms"), _keys(city)[grant.resources[0]]
        whole = _key_policy(city, key_id)
        role = _role(city, grant.function)[0]
        kept = [
            each
            for each in whole["Statement"]
            if grant.action not in _listed(each["Action"])
            or role not in json.dumps(each["Principal"])
        ]
        _put_key_policy(kms, key_id, whole | {"Statement": kept})
        yield
        _put_key_policy(kms, key_id, whole)
        return
    iam, (role, policy) = city.client("iam"), _role(city, grant.function)
    whole = _policy(city, grant.function)
    gone = {grant.action} | (
        {"sqs:SendMessageBatch"} if grant.action == "sqs:SendMessage" else set()
    )
    left = [
        {"Effect": "Allow", "Action": action} | _on(resource)
        for function, action, resource in _grants(city)
        if function == grant.function and not (action in gone and resource in grant.resources)
    ]
    document = {"Version": "2012-10-17", "Statement": left}
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))
    yield
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(whole))


def _on(resource: str) -> dict[str, str]:
    if resource.startswith("!"):
        return {"NotResource": resource.removeprefix("!")}
    return {"Resource": resource}


def _put_key_policy(kms: Any, key_id: str, policy: dict[str, Any]) -> None:
    kms.put_key_policy(KeyId=key_id, PolicyName="default", Policy=json.dumps(policy))


def _a_story_fails(function: str) -> bool:
    env = os.environ | {"STORIES_INSTANCE": INSTANCE, "STORIES_PATIENCE_S": PATIENCE_S}
    for story in STORIES.get(function, ("",)):
        played = [sys.executable, "-m", "pytest", f"tests/stories/{story}", "-x", "-q"]
        if subprocess.run(played, env=env, capture_output=True, check=False).returncode:
            return True
    return False


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
