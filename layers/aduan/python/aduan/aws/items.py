"""Domain values to DynamoDB items and back.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

from typing import Any, TypeVar

import msgspec

Item = dict[str, Any]  # attribute name → DynamoDB attribute value, {"S": "…"}
T = TypeVar("T")


def to_item(value: object, **keys: str) -> Item:
    """A dataclass or a dict as an item, None left out, with key attributes beside its fields."""
    plain: dict[str, Any] = msgspec.to_builtins(value)
    return _attributes(plain | keys)


def from_item(item: Item, kind: type[T]) -> T:
    """An item as the dataclass it was; a field that does not fit raises msgspec.ValidationError."""
    return msgspec.convert({name: _plain(each) for name, each in item.items()}, kind, strict=False)


def _attributes(fields: dict[str, Any]) -> Item:
    return {name: _attribute(value) for name, value in fields.items() if value is not None}


def _attribute(value: Any) -> Item:
    match value:
        case bool():
            return {"BOOL": value}
        case int() | float():
            return {"N": repr(value)}
        case str():
            return {"S": value}
        case dict():
            return {"M": _attributes(value)}
        case list() | tuple():
            return {"L": [_attribute(member) for member in value]}
        case _:
            raise TypeError(f"{type(value).__name__} is nothing that an item of ours holds")


def _plain(attribute: Item) -> Any:
    ((kind, value),) = attribute.items()
    match kind:
        case "N":
            return float(value) if {".", "e", "E"} & set(value) else int(value)
        case "M":
            return {name: _plain(member) for name, member in value.items()}
        case "L":
            return [_plain(member) for member in value]
        case _:
            return value
