"""Marked personal data, and a look for it at everything that the emulator has stored and logged.

The emulator writes all it knows into files when it stops: tables, queues with the attributes of their
messages, executions and their histories, schedules, topics, functions and their logs, metrics, objects. A
mark may stand where `BELONGS` says so, and nowhere else. What Meta's twin knows is Meta's and not looked at.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


class Kind(StrEnum):
    NAME = "name"
    NUMBER = "number"
    ACCOUNT = "account"
    NIK = "NIK"
    WORDS = "words"


EVERYTHING = frozenset(Kind)
# An SMS goes to a number. In the place of the network, the emulator writes it into its log.
SMS_ITSELF, _SENDS_SMS = "an SMS on its way", "[sns] SNS SMS to "
# Where which kind may stand, by a pattern of its place. Words are what a citizen wrote of the matter: it is
# what an agency must read. Whoever wrote them stands in Meta's own message, which waits in the inbox until it
# was thought about (encrypted there), and sealed in the vault.
BELONGS: tuple[tuple[str, frozenset[Kind]], ...] = (
    (r"sqs/\S*-inbox(-failed)?\.fifo/messages/body", EVERYTHING),
    (r"sqs/\S*-(outbox(-failed)?\.fifo|settling(-failed)?)/messages/body", frozenset({Kind.WORDS})),
    (r"sqs/\S*-mailbox-\w+/messages/body", frozenset({Kind.WORDS})),
    (r"(key in )?sns/sms_messages", frozenset({Kind.NUMBER})),
    (SMS_ITSELF, frozenset({Kind.NUMBER})),
    (r"dynamodb/\S*-reports/request/(said|address|reason|questions)", frozenset({Kind.WORDS})),
    (r"dynamodb/\S*-reports/conversation/(draft|held|asked|told)", frozenset({Kind.WORDS})),
    (r"dynamodb/\S*-reports/(effect|waiting)/say", frozenset({Kind.WORDS})),
    (r"dynamodb/\S*-reports/event/notes", frozenset({Kind.WORDS})),
    (r"dynamodb/\S*-reports/kept/text", frozenset({Kind.WORDS})),
    (r"content of a file of s3/\S*-papers-\d+/printed", frozenset({Kind.WORDS})),
    (r"dynamodb/\S*-reports/correction/(text|place)", frozenset({Kind.WORDS})),
)
SHORT = 7  # letters or fewer could stand anywhere
LONGEST_DECODED = 100_000
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")


class Marks:
    """What is looked for, by kind. A mark must be so unlikely that finding it means that it leaked."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}

    def add(self, kind: Kind, *values: str | None) -> None:
        self._kinds |= {value: kind for value in values if value and len(value) > SHORT}

    def also(self, others: Marks) -> None:
        self._kinds |= others._kinds

    def __len__(self) -> int:
        return len(self._kinds)

    def found_in(self, folder: Path) -> dict[str, Counter[str]]:
        """Place → what stands there and does not belong there."""
        found = self.places(folder)
        strays = {
            place: Counter({kind: n for kind, n in kinds.items() if kind not in allowed(place)})
            for place, kinds in found.items()
        }
        return {place: kinds for place, kinds in strays.items() if kinds}

    def places(self, folder: Path) -> dict[str, Counter[str]]:
        """Place → what stands there, of all that an instance has stored and logged; it must have stopped."""
        pattern = re.compile("|".join(map(re.escape, sorted(self._kinds, key=len, reverse=True))))
        found: dict[str, Counter[str]] = {}
        for place, text in everything(folder):
            for plain in (text, *_decoded(text)):
                seen = Counter(self._kinds[each] for each in pattern.findall(plain))
                if seen:
                    found.setdefault(place, Counter()).update(seen)
        return found


def allowed(place: str) -> frozenset[Kind]:
    return frozenset[Kind]().union(*(kinds for where, kinds in BELONGS if re.match(where, place)))


def everything(folder: Path) -> Iterator[tuple[str, str]]:
    """All that is on disk of an instance but the twin's part and what is deployed, with its place."""
    for file in sorted((folder / "state").rglob("*")):
        if not file.is_file():
            continue
        yield (
            f"name of a file of {file.relative_to(folder).parts[1]}",
            str(file.relative_to(folder)),
        )
        content = file.read_bytes().decode("utf-8", "replace")
        if file.parent.name == "services" and file.suffix == ".json":
            yield from _leaves(json.loads(content), (file.stem,))
        else:
            yield f"content of a file of {_shelf(file.relative_to(folder).parts)}", content
    for log in folder.glob("*.log"):
        for line in log.read_text("utf-8", "replace").splitlines():
            yield (SMS_ITSELF if _SENDS_SMS in line else log.name), line


def _shelf(parts: tuple[str, ...]) -> str:
    """Of an object its bucket and the first part of its key: `s3/aduan-local-papers-000000000000/printed`."""
    return "/".join((parts[1], *parts[3:5])) if parts[1] == "s3" and len(parts) > 5 else parts[1]


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each text in a service's state with its place: names of attributes as well as their values."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield f"key in {_place(path)}", str(name)
            yield from _leaves(each, (*path, str(name)))
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each, path)
    else:
        yield _place(path), str(value)


def _place(path: tuple[str, ...]) -> str:
    """Short and without what differs from item to item: `dynamodb/aduan-local-reports/request/said`."""
    service, *parts = path
    parts = [part for part in parts if part not in ("payload", "data")]
    if service == "dynamodb" and "items" in parts:
        table, at = parts[1], parts.index("items")
        return "/".join(
            [service, _named(table), *(_kind_of(part) for part in parts[at + 2 : at + 4])]
        )
    if service == "sqs" and "messages" in parts:
        return "/".join([service, _named(parts[1]), *parts[parts.index("messages") :]])
    return "/".join([service, *(_kind_of(part) for part in parts)])[:200]


def _named(scoped: str) -> str:
    """A resource's own name, out of account, region and perhaps its URL."""
    return scoped.rsplit("\0", 1)[-1].strip("'").rsplit("/", 1)[-1]


def _kind_of(name: str) -> str:
    return re.sub(r"[0-9a-f-]{12,}|\d{4,}", "*", name.split("#")[0].rsplit("\0", 1)[-1])


def _decoded(text: str) -> Iterable[str]:
    """What base64 hides: Meta's ids hold the phone number so."""
    for each in _BASE64.findall(text) if len(text) < LONGEST_DECODED else ():
        try:
            standard = each.rstrip("=").translate(str.maketrans("-_", "+/"))
            yield base64.b64decode(standard + "=" * (-len(standard) % 4)).decode("utf-8", "replace")
        except binascii.Error:
            continue
