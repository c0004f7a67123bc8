"""The vault: the only place that knows how a citizen can be reached.

Everywhere else a citizen is an opaque id. The address is stored encrypted with KMS (encryption
context: the citizen's id) and looked up by a keyed hash that KMS makes, so that neither the table
nor any program holds what is needed to try out phone numbers. `converse` and `take_call` may hash and
encrypt; `send_message` may decrypt, and `reveal_contact`, which shows one number once to a person.

Keys (PK): address#<hash> → citizen id;  citizen#<id> → the encrypted address.
"""

import base64
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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


@dataclass(frozen=True, kw_only=True)
class _Names:
    """A sender's names as keyed hashes, each with its row, if it has one."""

    user: str | None
    user_row: _Row | None
    phone: str | None
    phone_row: _Row | None

    @property
    def citizen_id(self) -> str | None:
        """The user id decides; a phone number counts unless another user id was seen beside it."""
        if self.user_row is None and self.user is None and self.phone_row:
            return self.phone_row.citizen_id
        return self.citizen_id_for_sure

    @property
    def citizen_id_for_sure(self) -> str | None:
        """The same, but a number alone is not enough once a user id was seen beside it."""
        row = self.user_row
        if row is None and self.phone_row and self.phone_row.beside in (None, self.user):
            row = self.phone_row
        return row.citizen_id if row else None

    def wanted(self, citizen_id: str) -> list[tuple[str, _Row | None, _Row]]:
        """Each name with its row as it is and as it should be for a citizen."""
        row = self.phone_row
        beside = self.user or (row.beside if row and row.citizen_id == citizen_id else None)
        named = (
            (self.user, self.user_row, _Row(citizen_id=citizen_id)),
            (self.phone, self.phone_row, _Row(citizen_id=citizen_id, beside=beside)),
        )
        return [(name, row, wanted) for name, row, wanted in named if name]


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Who has new names (None: nobody we know), and whom they were while the news was on its way."""

    citizen_id: str | None
    also: str | None = None


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
        names = self._names(sender)
        known = names.citizen_id
        if known:
            try:
                return self._keep(known, sender, names, is_new=False)
            except NotFoundError:  # forgotten at this moment, but for a row: whoever writes is new
                pass
        return self._keep(uuid.uuid4().hex, sender, names, is_new=True)

    def known(self, sender: Sender) -> str | None:
        """The citizen behind a sender, if there is one; nobody becomes one by being looked up."""
        return self._names(sender).citizen_id

    def _names(self, sender: Sender) -> _Names:
        user, user_row = self._known(sender, "user_id", sender.user_id)
        phone, phone_row = self._known(sender, "wa_id", sender.wa_id)
        return _Names(user=user, user_row=user_row, phone=phone, phone_row=phone_row)

    def _keep(self, citizen_id: str, sender: Sender, names: _Names, *, is_new: bool) -> str:
        """The names as they are now, and the address if one of them is new; gives the citizen's id."""
        if writes := self._changes(names, citizen_id):
            self._save(citizen_id, sender, writes, is_new=is_new)
        return citizen_id

    def _changes(self, names: _Names, citizen_id: str) -> "list[_Write]":
        """What makes the names a citizen's. Whoever had nothing but this number cannot be reached any more."""
        writes = [
            self._put_row(name, wanted, row)
            for name, row, wanted in names.wanted(citizen_id)
            if row != wanted
        ]
        before = names.phone_row
        if before and before.citizen_id != citizen_id and before.beside is None:
            writes.append(self._delete(f"citizen#{before.citizen_id}"))
        return writes

    def _save(
        self, citizen_id: str, sender: Sender, writes: "list[_Write]", *, is_new: bool
    ) -> None:
        """StaleUpdateError if a row is not as it was read; NotFoundError if the citizen was forgotten."""
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
            address_failed, *others = _failed(error)
            if address_failed and not is_new and not any(others):
                raise NotFoundError(citizen_id) from error
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

    def move(self, formerly: Sender, now: Sender) -> Moved:
        """Whoever changed their number or user id stays the same citizen."""
        before, after = self._names(formerly), self._names(now)
        known = before.citizen_id_for_sure
        if known is None:
            return Moved(citizen_id=after.citizen_id)
        writes = self._changes(after, known)
        old = {name for name, row, _ in before.wanted(known) if row and row.citizen_id == known}
        old -= {after.user, after.phone}
        writes += [self._delete(f"address#{name}") for name in old]
        if writes:
            self._save(known, now, writes, is_new=False)
        other = after.user_row.citizen_id if after.user_row else known
        return Moved(citizen_id=known, also=other if other != known else None)

    def _delete(self, pk: str) -> "_Write":
        return {"Delete": {"TableName": self._table, "Key": {"PK": {"S": pk}}}}

    def _encrypt(self, citizen_id: str, plain: bytes) -> str:
        answer = self._kms.encrypt(
            KeyId=self._key_id, Plaintext=plain, EncryptionContext={"citizen_id": citizen_id}
        )
        return base64.b64encode(answer["CiphertextBlob"]).decode()


def _failed(error: Any) -> list[bool]:
    """Of each write of a transaction that was refused, whether its condition was why."""
    reasons = error.response.get("CancellationReasons", [])
    return [reason.get("Code") == "ConditionalCheckFailed" for reason in reasons] or [False]


class VaultReader:
    """Reads an address. `send_message` and `reveal_contact` alone have the right to."""

    def __init__(self, table: str, *, key_id: str) -> None:
        self._table, self._key_id = table, key_id
        self._db, self._kms = client("dynamodb"), client("kms")

    def address(self, citizen_id: str) -> Sender:
        return self.opened(citizen_id, self.sealed(citizen_id))

    def sealed(self, citizen_id: str) -> str:
        """The address as it lies there, unreadable; NotFoundError if nobody has this id."""
        answer = self._db.get_item(
            TableName=self._table, Key={"PK": {"S": f"citizen#{citizen_id}"}}, ConsistentRead=True
        )
        if "Item" not in answer:
            raise NotFoundError(citizen_id)
        return str(answer["Item"]["address"]["S"])

    def opened(self, citizen_id: str, sealed: str) -> Sender:
        return msgspec.json.decode(self._decrypt(citizen_id, sealed), type=Sender)

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
        """Delete the address and all rows at once, so that no row points to nobody.

        A row that a message brings meanwhile is found by the next look; without the address none is added.
        """
        address: _Write = {
            "Delete": {"TableName": self._table, "Key": {"PK": {"S": f"citizen#{citizen_id}"}}}
        }
        rows = self._rows(citizen_id)
        self._db.transact_write_items(TransactItems=[address, *rows])
        while rows := self._rows(citizen_id):
            self._db.transact_write_items(TransactItems=rows)

    def _rows(self, citizen_id: str) -> "list[_Write]":
        """Deletes every row that is still the citizen's."""
        of_citizen = {":id": {"S": citizen_id}}
        pages = self._db.get_paginator("scan").paginate(
            TableName=self._table,
            FilterExpression="citizen_id = :id",
            ExpressionAttributeValues=of_citizen,
            ProjectionExpression="PK",
            ConsistentRead=True,
        )
        return [
            {
                "Delete": {
                    "TableName": self._table,
                    "Key": {"PK": item["PK"]},
                    "ConditionExpression": "citizen_id = :id",
                    "ExpressionAttributeValues": of_citizen,
                }
            }
            for page in pages
            for item in page["Items"]
        ]
