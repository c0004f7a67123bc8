"""The vault: the only place that knows how a citizen can be reached.

Everywhere else a citizen is an opaque id. The address is stored encrypted with KMS (encryption
context: the citizen's id) and looked up by a keyed hash that KMS makes, so that neither the table
nor any program holds what is needed to try out phone numbers. `converse` may hash and encrypt,
`send_message` alone may decrypt.

Keys (PK): address#<hash> → citizen id;  citizen#<id> → the encrypted address.
"""

import base64
import uuid
from typing import TYPE_CHECKING

import msgspec

from aduan.aws.clients import client
from aduan.aws.items import Item, to_item
from aduan.errors import NotFoundError, StaleUpdateError
from aduan.message import Sender

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


class VaultWriter:
    """Finds or makes the citizen behind a sender; cannot read an address back."""

    def __init__(self, table: str, *, key_id: str, hash_key_id: str) -> None:
        self._table, self._key_id, self._hash_key_id = table, key_id, hash_key_id
        self._db, self._kms = client("dynamodb"), client("kms")

    def citizen(self, sender: Sender) -> str:
        """The opaque id of whoever wrote. One person has one id, with or without a phone number shown.

        The user id is looked up first. A phone number seen beside it for the first time is added, so
        that a later message with the number alone is still theirs.
        """
        hashes = [self._hash(f"{sender.channel}:{kind}:{value}") for kind, value in _names(sender)]
        known = [self._lookup(each) for each in hashes]
        found = next((citizen_id for citizen_id in known if citizen_id), None)
        if found and all(known):
            return found
        citizen_id = found or uuid.uuid4().hex
        missing = [each for each, owner in zip(hashes, known, strict=True) if owner is None]
        try:
            self._add(citizen_id, missing, sender, is_new=found is None)
        except self._db.exceptions.TransactionCanceledException as error:
            raise StaleUpdateError("two messages of a new citizen met") from error
        return citizen_id

    def _add(self, citizen_id: str, hashes: list[str], sender: Sender, *, is_new: bool) -> None:
        address = {"PK": f"citizen#{citizen_id}", "address": self._encrypt(citizen_id, sender)}
        condition = "attribute_not_exists(PK)" if is_new else "attribute_exists(PK)"
        rows = [{"PK": f"address#{each}", "citizen_id": citizen_id} for each in hashes]
        writes: list[TransactWriteItemTypeDef] = [
            self._put(to_item(address), condition),
            *(self._put(to_item(row), "attribute_not_exists(PK)") for row in rows),
        ]
        self._db.transact_write_items(TransactItems=writes)

    def _put(self, item: Item, condition: str) -> "TransactWriteItemTypeDef":
        return {"Put": {"TableName": self._table, "Item": item, "ConditionExpression": condition}}

    def _lookup(self, address_hash: str) -> str | None:
        answer = self._db.get_item(
            TableName=self._table, Key={"PK": {"S": f"address#{address_hash}"}}, ConsistentRead=True
        )
        return answer["Item"]["citizen_id"]["S"] if "Item" in answer else None

    def _hash(self, name: str) -> str:
        answer = self._kms.generate_mac(
            KeyId=self._hash_key_id, MacAlgorithm="HMAC_SHA_256", Message=name.encode()
        )
        return answer["Mac"].hex()

    def _encrypt(self, citizen_id: str, sender: Sender) -> str:
        answer = self._kms.encrypt(
            KeyId=self._key_id,
            Plaintext=msgspec.json.encode(sender),
            EncryptionContext={"citizen_id": citizen_id},
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
        plain = self._kms.decrypt(
            KeyId=self._key_id,
            CiphertextBlob=base64.b64decode(answer["Item"]["address"]["S"]),
            EncryptionContext={"citizen_id": citizen_id},
        )
        return msgspec.json.decode(plain["Plaintext"], type=Sender)


def _names(sender: Sender) -> list[tuple[str, str]]:
    """The names that this sender goes by, the lasting one first."""
    names = (("user_id", sender.user_id), ("wa_id", sender.wa_id))
    return [(kind, value) for kind, value in names if value]
