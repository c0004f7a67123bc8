"""The vault's addresses under a new key. KMS re-encrypts inside itself: nobody sees an address meanwhile."""

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aduan.aws.clients import client
from aduan.aws.items import Item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import ScanInputTypeDef as _Scan


@dataclass(frozen=True)
class Page:
    items: list[Item]
    after: str | None


class VaultRekeyer:
    """Can neither encrypt nor decrypt: it may only pass what is enciphered from key to key."""

    def __init__(self, table: str, *, key_id: str) -> None:
        self._table, self._key_id = table, key_id
        self._db, self._kms = client("dynamodb"), client("kms")

    def page(self, name: str, *, after: str | None, at_most: int) -> Page:
        """Some of the addresses that this round has not done; `after` is where the last page ended."""
        scan: _Scan = {
            "TableName": self._table,
            "FilterExpression": "begins_with(PK, :citizen) AND (attribute_not_exists(#r) OR #r <> :r)",
            "ExpressionAttributeNames": {"#r": "rekeyed"},
            "ExpressionAttributeValues": {":citizen": {"S": "citizen#"}, ":r": {"S": name}},
            "ConsistentRead": True,
            "Limit": at_most,
        }
        if after:
            scan["ExclusiveStartKey"] = {"PK": {"S": after}}
        answer = self._db.scan(**scan)
        last = answer.get("LastEvaluatedKey")
        return Page(answer["Items"], last["PK"]["S"] if last else None)

    def rekey(self, item: Item, name: str) -> bool:
        """Under the key as it is now; not if the citizen has a new address or is forgotten meanwhile."""
        context = {"citizen_id": item["PK"]["S"].removeprefix("citizen#")}
        answer = self._kms.re_encrypt(
            CiphertextBlob=base64.b64decode(item["address"]["S"]),
            SourceEncryptionContext=context,
            DestinationKeyId=self._key_id,
            DestinationEncryptionContext=context,
        )
        anew = base64.b64encode(answer["CiphertextBlob"]).decode()
        try:
            self._db.update_item(
                TableName=self._table,
                Key={"PK": item["PK"]},
                UpdateExpression="SET address = :anew, rekeyed = :r",
                ConditionExpression="address = :read",
                ExpressionAttributeValues={
                    ":anew": {"S": anew},
                    ":r": {"S": name},
                    ":read": item["address"],
                },
            )
        except self._db.exceptions.ConditionalCheckFailedException:
            return False
        return True
