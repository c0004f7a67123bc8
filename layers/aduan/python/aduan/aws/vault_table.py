"""The vault: the only place that knows how a citizen can be reached.

Everywhere else a citizen is an opaque id. The address is stored encrypted with KMS (encryption
context: the citizen's id) and looked up by a keyed hash that KMS makes, so that neither the table
nor any program holds what is needed to try out phone numbers. `converse` and `take_call` may hash and
encrypt, `send_message` alone may decrypt.

Keys (PK): address#<hash> → citizen id;  citizen#<id> → the encrypted address.
"""

import base64
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from aduan.aws.clients import client
from aduan.aws.items import Item, from_item, to_item
from aduan.errors import NotFoundError, StaleUpdateError
from aduan.message import Sender

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import PutTypeDef as _Put
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef as _Write


@dataclass(frozen=True, kw_only=True)
class _Row:
    """A name's row: whose it is, and for a phone number the user id (hashed) last seen beside it."""

    citizen_id: str
    beside: str | None = None


class VaultWriter:
    """Finds or makes the citizen behind a sender; cannot read an address back."""

    def __init__(self, table: str, *, key_id: str, hash_key_id: str) -> None:
        self._table, self._key_id, self._hash_key_id = table, key_id, hash_key_id
        self._db, self._kms = client("dynamodb"), client("kms")

    def citizen(self, sender: Sender) -> str:
        """The opaque id of whoever wrote. One person has one id, with or without a phone number shown.

        The user id decides. A phone number stands in for it until a user id was seen beside it: with
        another one it has gone to somebody else, who must not meet the former owner's reports.
        """
        user, user_row = self._known(sender, "user_id", sender.user_id)
        phone, phone_row = self._known(sender, "wa_id", sender.wa_id)
        is_theirs = phone_row and (user is None or phone_row.beside in (None, user))
        known = user_row or (phone_row if is_theirs else None)
        citizen_id = known.citizen_id if known else uuid.uuid4().hex

        writes = []
        if user and user_row is None:
            writes.append(self._put_row(user, _Row(citizen_id=citizen_id), None))
        beside = user or (phone_row.beside if phone_row else None)
        wanted = _Row(citizen_id=citizen_id, beside=beside)
        if phone and phone_row != wanted:
            writes.append(self._put_row(phone, wanted, phone_row))
        if writes:
            self._save(citizen_id, sender, writes, is_new=known is None)
        return citizen_id

    def _save(
        self, citizen_id: str, sender: Sender, writes: "list[_Write]", *, is_new: bool
    ) -> None:
        address = {
            "PK": f"citizen#{citizen_id}",
            "address": self._encrypt(citizen_id, msgspec.json.encode(sender)),
        }
        condition = "attribute_not_exists(PK)" if is_new else "attribute_exists(PK)"
        try:
            self._db.transact_write_items(
                TransactItems=[self._put(to_item(address), condition), *writes]
            )
        except self._db.exceptions.TransactionCanceledException as error:
            raise StaleUpdateError("two messages of one citizen met") from error

    def _put_row(self, name_hash: str, row: _Row, read: _Row | None) -> "_Write":
        item = to_item(row, PK=f"address#{name_hash}")
        if read is None:
            return self._put(item, "attribute_not_exists(PK)")
        return self._put(item, "citizen_id = :read", {":read": {"S": read.citizen_id}})

    def _put(self, item: Item, condition: str, values: Item | None = None) -> "_Write":
        put: _Put = {"TableName": self._table, "Item": item, "ConditionExpression": condition}
        if values:
            put["ExpressionAttributeValues"] = values
        return {"Put": put}

    def _known(self, sender: Sender, kind: str, name: str | None) -> tuple[str | None, _Row | None]:
        """A name's keyed hash and its row; neither where the sender does not show the name."""
        if name is None:
            return None, None
        answer = self._kms.generate_mac(
            KeyId=self._hash_key_id,
            MacAlgorithm="HMAC_SHA_256",
            Message=f"{sender.channel}:{kind}:{name}".encode(),
        )
        name_hash = answer["Mac"].hex()
        found = self._db.get_item(
            TableName=self._table, Key={"PK": {"S": f"address#{name_hash}"}}, ConsistentRead=True
        )
        return name_hash, from_item(found["Item"], _Row) if "Item" in found else None

    def seal(self, citizen_id: str, text: str) -> str:
        """A text that only `send_message` can read: Meta's id of a message holds the phone number."""
        return self._encrypt(citizen_id, text.encode())

    def move(self, formerly: Sender, now: Sender) -> str:
        """Whoever changed their number or user id stays the same citizen; gives the opaque id."""
        before = [
            self._known(formerly, "user_id", formerly.user_id),
            self._known(formerly, "wa_id", formerly.wa_id),
        ]
        known = next((row for _, row in before if row), None)
        if known is None:
            return self.citizen(now)
        names = [("user_id", now.user_id), ("wa_id", now.wa_id)]
        hashes = [(kind, *self._known(now, kind, name)) for kind, name in names]
        user = next((name for kind, name, _ in hashes if kind == "user_id"), None)
        writes = []
        for kind, name, row in hashes:
            beside = user if kind == "wa_id" else None
            wanted = _Row(citizen_id=known.citizen_id, beside=beside)
            if name and row != wanted:
                writes.append(self._put_row(name, wanted, row))
        old = {name for name, row in before if name and row} - {name for _, name, _ in hashes}
        writes += [self._delete_row(name) for name in old]
        if writes:
            self._save(known.citizen_id, now, writes, is_new=False)
        return known.citizen_id

    def _delete_row(self, name_hash: str) -> "_Write":
        return {"Delete": {"TableName": self._table, "Key": {"PK": {"S": f"address#{name_hash}"}}}}

    def _encrypt(self, citizen_id: str, plain: bytes) -> str:
        answer = self._kms.encrypt(
            KeyId=self._key_id, Plaintext=plain, EncryptionContext={"citizen_id": citizen_id}
        )
        return base64.b64encode(answer["CiphertextBlob"]).decode()


class VaultReader:
    """Reads an address. `send_message` alone has the right to."""

    def __init__(self, table: str, *, key_id: str) -> None:
        self._table, self._key_id = table, key_id
        self._db, self._kms = client("dynamodb"), client("kms")

    def address(self, citizen_id: str) -> Sender:
        answer = self._db.get_item(
            TableName=self._table, Key={"PK": {"S": f"citizen#{citizen_id}"}}, ConsistentRead=True
        )
        if "Item" not in answer:
            raise NotFoundError(citizen_id)
        return msgspec.json.decode(
            self._decrypt(citizen_id, answer["Item"]["address"]["S"]), type=Sender
        )

    def unseal(self, citizen_id: str, sealed: str) -> str:
        """What `VaultWriter.seal` has sealed."""
        return self._decrypt(citizen_id, sealed).decode()

    def _decrypt(self, citizen_id: str, sealed: str) -> bytes:
        answer = self._kms.decrypt(
            KeyId=self._key_id,
            CiphertextBlob=base64.b64decode(sealed),
            EncryptionContext={"citizen_id": citizen_id},
        )
        return answer["Plaintext"]


class VaultEraser:
    """Forgets a citizen: their address, and every name under which they were known."""

    def __init__(self, table: str) -> None:
        self._table, self._db = table, client("dynamodb")

    def erase(self, citizen_id: str) -> None:
        """Delete all rows of a citizen, the address last: a try that was cut short is done over."""
        pages = self._db.get_paginator("scan").paginate(
            TableName=self._table,
            FilterExpression="citizen_id = :id",
            ExpressionAttributeValues={":id": {"S": citizen_id}},
            ProjectionExpression="PK",
        )
        for page in pages:
            for item in page["Items"]:
                self._db.delete_item(TableName=self._table, Key={"PK": item["PK"]})
        self._db.delete_item(TableName=self._table, Key={"PK": {"S": f"citizen#{citizen_id}"}})
