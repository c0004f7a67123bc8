"""What was lost, back from a backup: `make restore FROM=<restored table>`; but nobody who was forgotten.

DynamoDB restores into a new table. What the stage's table lacks is copied from it (nothing that is there is
written over; records of what was carried out stay behind, so that nothing is carried out twice), and then
everyone who was forgotten meanwhile is forgotten again. `make replay-erasures` does that last part alone.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

import boto3

from aduan.aws.erasure_list import PREFIX
from infra.settings import REGION, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.restore", description=__doc__)
    parser.add_argument("--stage", default="production")
    parser.add_argument("--table", default="reports", choices=["reports", "vault"])
    parser.add_argument("--from", dest="backup", help="the table that DynamoDB has restored")
    asked = parser.parse_args()
    settings = Settings(whatsapp_phone_number_id="", stage=asked.stage)
    if asked.backup:
        copied = copy(asked.backup, settings.name(asked.table))
        print(f"{copied} items are back in {settings.name(asked.table)}.")  # noqa: T201
    account = boto3.client("sts", region_name=REGION).get_caller_identity()["Account"]
    again = replay_erasures(f"{settings.name('photos')}-{account}", settings.name("erasures"))
    print(f"{again} citizens are being forgotten again.")  # noqa: T201
    return 0


def copy(backup: str, table: str) -> int:
    """What is missing in the table; gives how many items."""
    db, copied = boto3.client("dynamodb", region_name=REGION), 0
    for page in db.get_paginator("scan").paginate(TableName=backup, ConsistentRead=True):
        for item in page["Items"]:
            if "carried_out_at" in item:
                continue
            try:
                db.put_item(
                    TableName=table, Item=item, ConditionExpression="attribute_not_exists(PK)"
                )
            except db.exceptions.ConditionalCheckFailedException:
                continue
            copied += 1
    return copied


def replay_erasures(bucket: str, queue: str) -> int:
    """The same message that a citizen's own request leads to, for each who is on the list."""
    sqs = boto3.client("sqs", region_name=REGION)
    url, sent = sqs.get_queue_url(QueueName=queue)["QueueUrl"], 0
    for citizen_id in _forgotten(bucket):
        effect: dict[str, Any] = {"name": "erase#replayed", "erase": True, "to": citizen_id}
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(effect))
        sent += 1
    return sent


def _forgotten(bucket: str) -> Iterator[str]:
    s3 = boto3.client("s3", region_name=REGION)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=PREFIX):
        for item in page.get("Contents", []):
            yield str(item["Key"]).removeprefix(PREFIX)


if __name__ == "__main__":
    sys.exit(main())
