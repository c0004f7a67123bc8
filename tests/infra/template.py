"""A CloudFormation template, asked in the words of the design."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

# What every function has: its own log, and traces, which have no resource to name.
IN_COMMON = {"logs:CreateLogStream", "logs:PutLogEvents"}
UNSCOPED = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
NAMED_BY = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::IAM::Role": "RoleName",
}

Json = dict[str, Any]
Grant = tuple[str, str]
"""An action, and what it is allowed on: `("sqs:SendMessage", "inbox.fifo")`."""


@dataclass(frozen=True)
class Template:
    body: Json
    region: str

    def resources(self, kind: str) -> dict[str, Json]:
        """Logical id → properties."""
        return {
            logical_id: resource.get("Properties", {})
            for logical_id, resource in self.body["Resources"].items()
            if resource["Type"] == kind
        }

    @cached_property
    def stage(self) -> str:
        environment = next(iter(self.functions.values()))["Environment"]["Variables"]
        return str(environment["STAGE"])

    @cached_property
    def functions(self) -> dict[str, Json]:
        """Name as in `functions/` → properties."""
        found = self.resources("AWS::Lambda::Function").values()
        return {f["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]: f for f in found}

    def environment(self, function: str) -> Json:
        variables: Json = self.functions[function]["Environment"]["Variables"]
        return variables

    def grants(self, function: str) -> set[Grant]:
        """What one function may do, apart from what all may."""
        role = self.functions[function]["Role"]["Fn::GetAtt"][0]
        return {
            (action, resource)
            for action, resource in self.role_grants(role)
            if action not in IN_COMMON | UNSCOPED
        }

    def role_grants(self, role: str) -> set[Grant]:
        return {
            (action, self.name(resource))
            for policy in self.resources("AWS::IAM::Policy").values()
            if {"Ref": role} in policy["Roles"]
            for statement in policy["PolicyDocument"]["Statement"]
            for action in as_list(statement["Action"])
            for resource in _resources(statement)
        }

    def name(self, value: Any) -> str:
        """What an ARN, name or reference in the template means, in short."""
        text = self._text(value)
        for word in (f"arn:aws:ssm:{self.region}:<account>:parameter/aduan/{self.stage}/",):
            text = text.removeprefix(word)
        return text

    def _text(self, value: Any) -> str:
        match value:
            case str():
                return value
            case {"Ref": "AWS::AccountId"}:
                return "<account>"
            case {"Fn::GetAtt": [logical_id, "StreamArn"]}:
                return f"{self._named(logical_id)}/stream"
            case {"Fn::GetAtt": [logical_id, _]} | {"Ref": logical_id}:
                return self._named(logical_id)
            case {"Fn::Join": [separator, parts]}:
                return str(separator).join(self._text(part) for part in parts)
            case _:
                return json.dumps(value)

    def _named(self, logical_id: str) -> str:
        resource = self.body["Resources"].get(logical_id, {"Type": ""})
        if resource["Type"] == "AWS::KMS::Key":
            for alias in self.resources("AWS::KMS::Alias").values():
                if alias["TargetKeyId"]["Fn::GetAtt"][0] == logical_id:
                    return f"{self._short(alias['AliasName'].removeprefix('alias/'))} key"
        key = NAMED_BY.get(resource["Type"], "")
        name = self._text(resource.get("Properties", {}).get(key, logical_id))
        return self._short(name).removesuffix("-<account>")

    def _short(self, name: str) -> str:
        return name.removeprefix(f"aduan-{self.stage}-")


def _resources(statement: Json) -> list[Any]:
    """What a statement names; all but some is told by a word of its own."""
    if "NotResource" in statement:
        return [f"all but {each}" for each in as_list(statement["NotResource"])]
    return as_list(statement["Resource"])


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
