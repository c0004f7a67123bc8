"""What the stack makes, made in moto; and a look at what is in it."""

import json
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from boto3.dynamodb.types import TypeDeserializer
from moto.sns.models import sns_backends

from aduan.aws.clients import client
from aduan.aws.items import Item, to_item
from aduan.aws.service_request_table import Assignment, ServiceRequestTable
from aduan.change import Change, Event
from aduan.service_request import ServiceRequest

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import QueueAttributeNameType

REGION: Literal["ap-southeast-3"] = "ap-southeast-3"
ACCOUNT = "123456789012"
SECRETS = {
    "whatsapp-app-secret": "whatsapp app secret of the tests",
    "instagram-app-secret": "instagram app secret of the tests",
    "verify-token": "verify token of the tests",
    "whatsapp-token": "whatsapp token of the tests",
    "instagram-token": "instagram token of the tests",
    "link-key": "link key of the tests",
}
_TRUST = {"Version": "2012-10-17", "Statement": []}
_DEFINITION = {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}


class Cloud:
    """Everything the functions find at run time; `environment` is what they get to know of it."""

    reports, vault, photos = "reports", "vault", "photos"
    deadlines = "deadlines"

    def __init__(self) -> None:
        self._make_tables()
        self.inbox = self._queue("inbox.fifo")
        self.outbox = self._queue("outbox.fifo")
        self.settling = self._queue("settling")
        self.photo_queue = self._queue("photo")
        self.notices, self.erasures = self._queue("notices"), self._queue("erasures")
        self.followers = self._queue("followers")
        self.failures = {
            "inbox": (self.inbox, self._queue("inbox-failed.fifo")),
            "photos": (self.photo_queue, self._queue("photos-failed")),
        }
        client("s3").create_bucket(
            Bucket=self.photos, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        client("scheduler").create_schedule_group(Name=self.deadlines)
        for name, value in SECRETS.items():
            client("ssm").put_parameter(
                Name=f"/aduan/test/{name}", Value=value, Type="SecureString"
            )
        self.state_machine_arn = client("stepfunctions").create_state_machine(
            name="lifecycle",
            definition=json.dumps(_DEFINITION),
            roleArn=f"arn:aws:iam::{ACCOUNT}:role/lifecycle",
        )["stateMachineArn"]

    @cached_property
    def vault_key_id(self) -> str:
        return client("kms").create_key(Description="vault")["KeyMetadata"]["KeyId"]

    @cached_property
    def hash_key_id(self) -> str:
        key = client("kms").create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
        return key["KeyMetadata"]["KeyId"]

    @property
    def keys(self) -> dict[str, str]:
        """For the two functions that may use the vault; making keys takes moto a while."""
        return {"VAULT_KEY_ID": self.vault_key_id, "ADDRESS_HASH_KEY_ID": self.hash_key_id}

    @property
    def environment(self) -> dict[str, str]:
        return {
            "REPORTS_TABLE": self.reports,
            "VAULT_TABLE": self.vault,
            "INBOX_QUEUE_URL": self.inbox,
            "OUTBOX_QUEUE_URL": self.outbox,
            "SETTLING_QUEUE_URL": self.settling,
            "PHOTO_QUEUE_URL": self.photo_queue,
            "NOTICE_QUEUE_URL": self.notices,
            "ERASURE_QUEUE_URL": self.erasures,
            "FOLLOWERS_QUEUE_URL": self.followers,
            "PHOTO_BUCKET": self.photos,
            "SECRETS_PREFIX": "/aduan/test/",
            "STATE_MACHINE_ARN": self.state_machine_arn,
            "DEADLINE_GROUP": self.deadlines,
            "WATCH_DEADLINE_ARN": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:watch_deadline",
            "DEADLINE_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/deadline-schedules",
            "FAILED_DEADLINES_ARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:deadlines-failed",
            "TERMS_S": "",
            "AGENCY_TOPIC_PREFIX": f"arn:aws:sns:{REGION}:{ACCOUNT}:aduan-test-",
            "DESK_URL": "https://desk.example/desk",
            "FRAME_ANCESTORS": "'none'",
            "PLACE_URL": "https://desk.example/place",
            "SMS_SENDER_ID": "KEDIRI112",
            "WHATSAPP_PHONE_NUMBER_ID": "106540352242922",
            "WHATSAPP_API_URL": "http://127.0.0.1:9/v25.0",
            "INSTAGRAM_API_URL": "http://127.0.0.1:9/v25.0",
            "FUNCTION_ARN_PREFIX": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:aduan-test-",
            "QUEUES": json.dumps({name: list(urls) for name, urls in self.failures.items()}),
            "MEDIA_HOSTS": "lookaside.fbsbx.com,*.fbcdn.net,*.cdninstagram.com",
        }

    # Looking

    def item(self, pk: str, sk: str) -> dict[str, Any] | None:
        """An item of the reports table in plain values."""
        answer = client("dynamodb").get_item(
            TableName=self.reports, Key={"PK": {"S": pk}, "SK": {"S": sk}}
        )
        return plain(answer["Item"]) if "Item" in answer else None

    def items(self, table: str) -> list[Item]:
        return client("dynamodb").scan(TableName=table)["Items"]

    def effects(self) -> list[Item]:
        """What the stream would hand to `carry_out_effects`."""
        return [item for item in self.items(self.reports) if item["SK"]["S"].startswith("effect#")]

    def messages(self, queue_url: str) -> list[dict[str, Any]]:
        """What waits in a queue: the attributes of each message, its body read as JSON under `body`."""
        answer = client("sqs").receive_message(
            QueueUrl=queue_url, MaxNumberOfMessages=10, AttributeNames=["All"], VisibilityTimeout=0
        )
        return [
            {**dict(message.get("Attributes", {}).items()), "body": json.loads(message["Body"])}
            for message in answer.get("Messages", [])
        ]

    def executions(self) -> list[str]:
        """The names of the workflow executions that were started."""
        answer = client("stepfunctions").list_executions(stateMachineArn=self.state_machine_arn)
        return sorted(execution["name"] for execution in answer["executions"])

    def schedules(self) -> dict[str, Any]:
        """Name → what is to happen then."""
        scheduler = client("scheduler")
        found = scheduler.list_schedules(GroupName=self.deadlines)["Schedules"]
        return {
            each["Name"]: scheduler.get_schedule(GroupName=self.deadlines, Name=each["Name"])
            for each in found
        }

    # Preparing

    def keeps(
        self, request: ServiceRequest, *, photos: dict[str, str] | None = None
    ) -> ServiceRequest:
        """A report in the table, with photos (id → key) that were fetched; gives it as it is stored."""
        table = ServiceRequestTable(self.reports)
        at = request.updated_datetime
        received = Event(what="received", who="citizen", at=at)
        table.save(Change(request=replace(request, version=0), event=received), at=at)
        for photo_id, key in (photos or {}).items():
            table.save_photo(photo_id, {"key": key}, change=Change(), at=at)
        return table.request(request.service_request_id)

    def assigns(self, request: ServiceRequest, *, until: datetime) -> None:
        """The dispatch of a report to the agency that has it, with a link until then."""
        assignment = Assignment(
            service_request_id=request.service_request_id,
            attempt=request.attempt,
            agency=request.agency_responsible or "",
            expires=until,
        )
        keys = {
            "PK": f"request#{request.service_request_id}",
            "SK": f"assignment#{request.attempt}",
        }
        client("dynamodb").put_item(TableName=self.reports, Item=to_item(assignment, **keys))

    def a_topic_with_mailbox(self, agency: str) -> str:
        """An agency's topic, with a queue that hears what it says; gives the queue's URL."""
        topic = client("sns").create_topic(Name=f"aduan-test-{agency}")["TopicArn"]
        queue = self._queue(f"mailbox-{agency}")
        client("sns").subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:mailbox-{agency}",
        )
        # moto does not count them
        sns_backends[ACCOUNT][REGION].topics[topic].subscriptions_confimed = 1
        return queue

    def a_wait_for(
        self, request_id: str, what: str, *, token: str = "", answer: str = "", attempt: int = 1
    ) -> None:
        """A wait item as the workflow (token) or the world (answer) writes it."""
        parts = {"task_token": token, "answer": answer}
        client("dynamodb").put_item(
            TableName=self.reports,
            Item={
                "PK": {"S": f"request#{request_id}"},
                "SK": {"S": f"wait#{what}#{attempt}"},
                **{name: {"S": value} for name, value in parts.items() if value},
            },
        )

    def gives_a_token(self, request_id: str, what: str, token: str) -> None:
        """As the state machine writes it: the answer, if there is one, stays."""
        client("dynamodb").update_item(
            TableName=self.reports,
            Key={"PK": {"S": f"request#{request_id}"}, "SK": {"S": f"wait#{what}#1"}},
            UpdateExpression="SET task_token = :token REMOVE answered_at",
            ExpressionAttributeValues={":token": {"S": token}},
        )

    def _queue(self, name: str) -> str:
        fifo: dict[QueueAttributeNameType, str] = {"FifoQueue": "true"}
        attributes = fifo if name.endswith(".fifo") else {}
        return client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    def _make_tables(self) -> None:
        db = client("dynamodb")
        db.create_table(
            TableName=self.reports,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"}
                for name in ("PK", "SK", "work", "work_since")
            ],
            KeySchema=[
                {"AttributeName": "PK", "KeyType": "HASH"},
                {"AttributeName": "SK", "KeyType": "RANGE"},
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "work",
                    "KeySchema": [
                        {"AttributeName": "work", "KeyType": "HASH"},
                        {"AttributeName": "work_since", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )
        db.create_table(
            TableName=self.vault,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "PK", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}],
        )


def plain(item: Item) -> dict[str, Any]:
    """An item without DynamoDB's type letters."""
    read = TypeDeserializer().deserialize
    return {name: read(value) for name, value in item.items()}


def a_queue_record(body: str, *, group: str | None = None, at: datetime, number: int = 1) -> Any:
    """A record as Lambda gets it from SQS; a group makes it one of a FIFO queue."""
    attributes = {"SentTimestamp": str(int(at.timestamp() * 1000)), "ApproximateReceiveCount": "1"}
    if group:
        attributes["MessageGroupId"] = group
    return {
        "messageId": f"record-{number}",
        "receiptHandle": f"receipt-{number}",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{'outbox.fifo' if group else 'settling'}",
        "body": body,
        "attributes": attributes,
    }
