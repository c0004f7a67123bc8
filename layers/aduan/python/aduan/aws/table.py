"""One DynamoDB table with keys PK and SK: conditional writes, all or nothing.

Keys of the reports table (PK / SK):
    request#<id>  / request                 the report
    request#<id>  / event#<version>         its timeline, one event a version
    request#<id>  / assignment#<attempt>    its dispatch to an agency
    request#<id>  / wait#<what>#<attempt>   where the workflow's token and the world's answer meet
    citizen#<id>  / conversation            the chat
    message#<digest> / seen                 a message that was handled
    sent#<digest> / sent                    a message of ours, by the digest of Meta's id
    citizen#<id>  / contact                 whether they want news, and whether they can be reached
    citizen#<id>  / waiting#<name>          what Meta would not take, to be said at the next contact
    citizen#<id>  / kept#<digest>           a message that was not acted on, for a person to look at
    citizen#<id>  / correction#<report>     what was put right in what was understood, for the next training
    month#<yyyy-mm> / <channel>             how many messages went out
    photo#<id>    / photo                   a citizen's photo
    citizen#<id>  / photo#<id>              that it is theirs
    citizen#<id>  / callback                a call of theirs that broke off
    place#<id>    / place                   what a caller's phone was asked and answered
    contacts#<day> / <initials> or all      how many numbers were shown to people on a day
    click#<id>    / click                   what a button of a widget has done already
    agency#<id>   / overview                how many links to all of its reports were revoked
    agency#<id>   / digest#<yyyy-mm-dd>     that it was told on this day what it has open
    request#<id>  / joined#<time>#<report>  that this report follows it, by when that was reported
    spot#<service>#<spot> / spot            what was reported of one kind at one spot lately
    proof#<mark>  / <report>#<key>          an officer's photo, by each mark that one like it shares
    citizen#<id> or request#<id> / effect#<name>    what must follow; its record once it did
The index `work` lists what is not finished: reports not over, effects not carried out, drafts (`draft`),
messages kept for a person (`kept`), citizens who cannot be reached (`unreachable`), what was
put right and waits to be learnt (`correction`), callers to be called
back (`callback`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Self

from aduan.aws.clients import client
from aduan.aws.items import Item, to_item
from aduan.errors import StaleUpdateError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


@dataclass(frozen=True, kw_only=True)
class Write:
    """One write of a transaction, and the error that its failed condition means."""

    action: Literal["Put", "Update", "Delete"]
    arguments: dict[str, Any]
    unless: type[Exception] = StaleUpdateError

    def provided(self, condition: str, **values: str | float) -> Self:
        """The same write, on a condition."""
        conditional: dict[str, Any] = {"ConditionExpression": condition}
        if values:
            named = self.arguments.get("ExpressionAttributeValues", {}) | _values(values)
            conditional["ExpressionAttributeValues"] = named
        if "#status" in condition:
            names = self.arguments.get("ExpressionAttributeNames", {}) | {"#status": "status"}
            conditional["ExpressionAttributeNames"] = names
        return replace(self, arguments=self.arguments | conditional)


def put_new(item: Item, unless: type[Exception] = StaleUpdateError) -> Write:
    """Put what must not exist yet."""
    arguments = {"Item": item, "ConditionExpression": "attribute_not_exists(PK)"}
    return Write(action="Put", arguments=arguments, unless=unless)


def put_version(item: Item, read: int, unless: type[Exception] = StaleUpdateError) -> Write:
    """Put what still has the version that was read; 0 means that it was not there."""
    if read == 0:
        return put_new(item, unless)
    put = Write(action="Put", arguments={"Item": item}, unless=unless)
    return put.provided("version = :read", read=read)


def put(item: Item) -> Write:
    """Put, whatever was there."""
    return Write(action="Put", arguments={"Item": item})


def delete(pk: str, sk: str) -> Write:
    return Write(action="Delete", arguments={"Key": key(pk, sk)})


def update(pk: str, sk: str, expression: str, **values: str | float) -> Write:
    """`#work` and `#long` stand for the attributes `work` and `long`, which are reserved words."""
    arguments: dict[str, Any] = {"Key": key(pk, sk), "UpdateExpression": expression}
    if values:
        arguments["ExpressionAttributeValues"] = _values(values)
    named = {f"#{name}": name for name in ("work", "long") if f"#{name}" in expression}
    if named:
        arguments["ExpressionAttributeNames"] = named
    return Write(action="Update", arguments=arguments)


def key(pk: str, sk: str) -> Item:
    return {"PK": {"S": pk}, "SK": {"S": sk}}


class Table:
    def __init__(self, name: str) -> None:
        self.name = name
        self._db = client("dynamodb")

    def get(self, pk: str, sk: str) -> Item | None:
        answer = self._db.get_item(TableName=self.name, Key=key(pk, sk), ConsistentRead=True)
        return answer.get("Item")

    def get_all(self, keys: Iterable[tuple[str, str]]) -> list[Item]:
        """Those that exist, read in one call, as they are now; in no order."""
        wanted = [key(pk, sk) for pk, sk in dict.fromkeys(keys)]
        found: list[Item] = []
        while wanted:
            answer = self._db.batch_get_item(
                RequestItems={self.name: {"Keys": wanted, "ConsistentRead": True}}
            )
            found += answer["Responses"].get(self.name, [])
            wanted = _left_over(answer, self.name)
        return found

    def query(self, pk: str, sk_prefix: str) -> list[Item]:
        """The items of one partition, in the order of their sort keys."""
        starts = " AND begins_with(SK, :prefix)" if sk_prefix else ""
        values: dict[str, str | float] = (
            {"pk": pk, "prefix": sk_prefix} if sk_prefix else {"pk": pk}
        )
        pages = self._db.get_paginator("query").paginate(
            TableName=self.name,
            KeyConditionExpression="PK = :pk" + starts,
            ExpressionAttributeValues=_values(values),
            ConsistentRead=True,
        )
        return [item for page in pages for item in page["Items"]]

    def query_page(self, pk: str, prefix: str, after: str, most: int) -> list[Item]:
        """At most so many items of one partition whose sort keys begin so and come after that one."""
        first, last = f"{prefix}{after}", f"{prefix}~"
        answer = self._db.query(
            TableName=self.name,
            KeyConditionExpression="PK = :pk AND SK BETWEEN :first AND :last",
            ExpressionAttributeValues=_values({"pk": pk, "first": first, "last": last}),
            ConsistentRead=True,
            Limit=most + 1,
        )
        return [item for item in answer["Items"] if item["SK"]["S"] != first][:most]

    def query_work(self, work: str, before: str) -> list[Item]:
        """Items of the index `work` that wait since before a time (ISO 8601)."""
        pages = self._db.get_paginator("query").paginate(
            TableName=self.name,
            IndexName="work",
            KeyConditionExpression="#work = :work AND work_since < :before",
            ExpressionAttributeNames={"#work": "work"},
            ExpressionAttributeValues=_values({"work": work, "before": before}),
        )
        return [item for page in pages for item in page["Items"]]

    def update(
        self, pk: str, sk: str, expression: str, *, provided: str = "", **values: str | float
    ) -> Item:
        """Change an item, and give it as it was; StaleUpdateError unless `provided` holds of it.

        `#work` in an expression stands for the attribute `work`, which is a reserved word.
        """
        arguments: Any = {
            "TableName": self.name,
            "Key": key(pk, sk),
            "UpdateExpression": expression,
            "ReturnValues": "ALL_OLD",
        }
        if values:
            arguments["ExpressionAttributeValues"] = _values(values)
        if provided:
            arguments["ConditionExpression"] = provided
        if "#work" in expression:
            arguments["ExpressionAttributeNames"] = {"#work": "work"}
        try:
            answer = self._db.update_item(**arguments)
        except self._db.exceptions.ConditionalCheckFailedException as error:
            raise StaleUpdateError(sk) from error
        return answer.get("Attributes", {})

    def delete(self, pk: str, sk: str) -> None:
        self._db.delete_item(TableName=self.name, Key=key(pk, sk))

    def transact(self, writes: list[Write]) -> None:
        """All or nothing; a condition that fails raises the error that its write names."""
        items: list[TransactWriteItemTypeDef] = [self._transact_item(write) for write in writes]
        try:
            self._db.transact_write_items(TransactItems=items)
        except self._db.exceptions.TransactionCanceledException as error:
            reasons = error.response.get("CancellationReasons", [])
            for write, reason in zip(writes, reasons, strict=True):
                if reason.get("Code") == "ConditionalCheckFailed":
                    raise write.unless from error
            raise StaleUpdateError("two transactions met") from error

    def _transact_item(self, write: Write) -> Any:
        return {write.action: {**write.arguments, "TableName": self.name}}


def _left_over(answer: Any, table: str) -> list[Item]:
    """What DynamoDB had no time for."""
    keys: list[Item] = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
    return keys


def _values(values: dict[str, str | float]) -> Item:
    return to_item({f":{name}": value for name, value in values.items()})
