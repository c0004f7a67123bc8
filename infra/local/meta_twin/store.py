"""What the twin remembers: citizens, messages, media, webhooks still to deliver, mail.

One SQLite file and a folder of media in the data directory, so that all of it survives a
restart. Used from the event loop's thread alone.
"""

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

Channel = Literal["whatsapp", "instagram"]
Direction = Literal["in", "out"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS citizens (
    key TEXT NOT NULL, channel TEXT NOT NULL, name TEXT NOT NULL, phone TEXT, user_id TEXT,
    username TEXT, known INTEGER NOT NULL, wrote_at REAL, fails_with INTEGER, seen_at REAL,
    hides_phone INTEGER NOT NULL DEFAULT 0, empty_phone INTEGER NOT NULL DEFAULT 0,
    blocks INTEGER NOT NULL DEFAULT 0, offline INTEGER NOT NULL DEFAULT 0,
    reads_at_once INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (channel, key)
);
CREATE TABLE IF NOT EXISTS messages (
    n INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, citizen TEXT NOT NULL, channel TEXT NOT NULL,
    direction TEXT NOT NULL, at REAL NOT NULL, body TEXT NOT NULL, address TEXT NOT NULL,
    media TEXT NOT NULL, status TEXT NOT NULL, pricing TEXT NOT NULL DEFAULT 'null'
);
CREATE INDEX IF NOT EXISTS messages_by_citizen ON messages (channel, citizen, n);
CREATE TABLE IF NOT EXISTS media (
    id TEXT PRIMARY KEY, mime_type TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
    gone INTEGER NOT NULL, ours INTEGER NOT NULL, at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS deliveries (
    n INTEGER PRIMARY KEY, citizen TEXT NOT NULL, channel TEXT NOT NULL, body BLOB NOT NULL,
    at REAL NOT NULL, attempts INTEGER NOT NULL, state TEXT NOT NULL, last_status INTEGER
);
CREATE TABLE IF NOT EXISTS mail (
    n INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, agency TEXT NOT NULL, subject TEXT NOT NULL,
    text TEXT NOT NULL, sms TEXT NOT NULL, at REAL NOT NULL
);
"""


CITIZEN_FLAGS = ("known", "hides_phone", "empty_phone", "blocks", "offline", "reads_at_once")
LATER_COLUMNS = {
    "citizens": dict.fromkeys(CITIZEN_FLAGS[1:], "INTEGER NOT NULL DEFAULT 0"),
    "messages": {"pricing": "TEXT NOT NULL DEFAULT 'null'"},
}
"""What a file of an older twin lacks."""


@dataclass(frozen=True)
class Citizen:
    """A person with a phone.

    `key` names them in the twin: the phone number, else the business-scoped id, else the
    Instagram-scoped id.
    """

    key: str
    channel: Channel
    name: str
    phone: str | None = None
    user_id: str | None = None
    username: str | None = None
    known: bool = True
    """False for someone whom only the business wrote to: the twin never saw them write."""
    wrote_at: float | None = None
    """When they last wrote, which opens the 24-hour window."""
    fails_with: int | None = None
    """A code with which every message to them fails after it was accepted."""
    seen_at: float | None = None
    """When their phone last showed the chat."""
    hides_phone: bool = False
    """Has a username: webhooks tell their ids and no number, though the twin knows it."""
    empty_phone: bool = False
    """Where no number is told, webhooks say "" in its place, as in Meta's first announcement."""
    blocks: bool = False
    """Has blocked the business: nothing passes either way."""
    offline: bool = False
    """The phone is off: messages are sent and not delivered until it is on again."""
    reads_at_once: bool = False
    """The chat is open: Meta tells of the reading alone and skips `delivered`."""

    @property
    def shown_phone(self) -> str | None:
        """The number as webhooks tell it; None where they leave it out."""
        if self.phone and not self.hides_phone:
            return self.phone
        return "" if self.empty_phone else None


@dataclass(frozen=True)
class Message:
    """`body` is the exact request body (out) or the message object of the webhook (in)."""

    id: str
    citizen: str
    channel: Channel
    direction: Direction
    at: float
    body: dict[str, Any]
    address: str = ""
    media: tuple[str, ...] = ()
    status: str = ""
    pricing: dict[str, Any] | None = None
    """As its statuses tell it."""


@dataclass(frozen=True)
class Media:
    id: str
    mime_type: str
    sha256: str
    """Hexadecimal."""
    size: int
    gone: bool
    ours: bool
    """True where the business uploaded it or sent its link, False for a citizen's file."""
    at: float


@dataclass(frozen=True)
class Delivery:
    n: int
    citizen: str
    channel: Channel
    body: bytes
    at: float
    attempts: int
    state: str
    """due | done | dropped | merged (into another)"""
    last_status: int | None


@dataclass(frozen=True)
class Mail:
    id: str
    agency: str
    subject: str
    text: str
    sms: str
    at: float


class Store:
    def __init__(self, data_dir: Path) -> None:
        self._media_dir = data_dir / "media"
        self._media_dir.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(data_dir / "twin.sqlite3", check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)
        self._add_later_columns()

    def _add_later_columns(self) -> None:
        for table, columns in LATER_COLUMNS.items():
            there = {row["name"] for row in self._db.execute(f"PRAGMA table_info({table})")}
            for name, declaration in columns.items():
                if name not in there:
                    self._db.execute(f"ALTER TABLE {table} ADD COLUMN {name} {declaration}")

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._db:
            yield self._db

    # Citizens

    def citizens(self) -> list[Citizen]:
        return [_citizen(row) for row in self._db.execute("SELECT * FROM citizens ORDER BY rowid")]

    def find_citizen(self, address: str, channel: Channel | None = None) -> Citizen | None:
        """Whoever has this phone number (with or without +), business- or Instagram-scoped id."""
        plain = address.removeprefix("+")
        row = self._db.execute(
            "SELECT * FROM citizens"
            " WHERE ? IN (key, phone, user_id) AND channel = ifnull(?, channel)",
            (plain, channel),
        ).fetchone()
        return _citizen(row) if row else None

    def save_citizen(self, citizen: Citizen) -> Citizen:
        values = asdict(citizen)
        names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
        updates = ", ".join(f"{name} = excluded.{name}" for name in values)
        with self._write() as db:
            db.execute(
                f"INSERT INTO citizens ({names}) VALUES ({marks})"
                f" ON CONFLICT (channel, key) DO UPDATE SET {updates}",
                values,
            )
        return citizen

    def join_citizens(self, kept: Citizen, dropped: Citizen) -> None:
        """Two addresses turn out to be one person: the messages of both become one chat."""
        with self._write() as db:
            db.execute(
                "UPDATE messages SET citizen = ? WHERE channel = ? AND citizen = ?",
                (kept.key, dropped.channel, dropped.key),
            )
            db.execute(
                "DELETE FROM citizens WHERE channel = ? AND key = ?", (dropped.channel, dropped.key)
            )

    # Messages

    def add_message(self, message: Message) -> None:
        with self._write() as db:
            db.execute(
                "INSERT INTO messages (id, citizen, channel, direction, at, body, address, media,"
                " status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    message.id,
                    message.citizen,
                    message.channel,
                    message.direction,
                    message.at,
                    json.dumps(message.body),
                    message.address,
                    json.dumps(message.media),
                    message.status,
                ),
            )

    def messages(self, citizen: Citizen, direction: Direction | None = None) -> list[Message]:
        rows = self._db.execute(
            "SELECT * FROM messages WHERE channel = ? AND citizen = ?"
            " AND direction = ifnull(?, direction) ORDER BY n",
            (citizen.channel, citizen.key, direction),
        )
        return [_message(row) for row in rows]

    def message(self, message_id: str) -> Message | None:
        row = self._db.execute("SELECT * FROM messages WHERE id = ?", (message_id,)).fetchone()
        return _message(row) if row else None

    def sent_since(self, at: float) -> list[Message]:
        """What the business sent to anybody."""
        rows = self._db.execute(
            "SELECT * FROM messages WHERE direction = 'out' AND at >= ? ORDER BY n", (at,)
        )
        return [_message(row) for row in rows]

    def count_delivered(self, category: str, *, since: float) -> int:
        row = self._db.execute(
            "SELECT count(*) AS number FROM messages"
            " WHERE direction = 'out' AND status IN ('delivered', 'read') AND at >= ?"
            " AND json_extract(pricing, '$.category') = ?",
            (since, category),
        ).fetchone()
        return int(row["number"])

    def set_pricing(self, message_id: str, pricing: dict[str, Any] | None) -> None:
        with self._write() as db:
            db.execute(
                "UPDATE messages SET pricing = ? WHERE id = ?", (json.dumps(pricing), message_id)
            )

    def set_status(self, message_id: str, status: str) -> None:
        with self._write() as db:
            db.execute("UPDATE messages SET status = ? WHERE id = ?", (status, message_id))

    def set_body(self, message_id: str, body: dict[str, Any]) -> None:
        with self._write() as db:
            db.execute("UPDATE messages SET body = ? WHERE id = ?", (json.dumps(body), message_id))

    # Media

    def add_media(self, media: Media, content: bytes) -> Media:
        (self._media_dir / media.id).write_bytes(content)
        values = asdict(media)
        names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
        with self._write() as db:
            db.execute(f"INSERT INTO media ({names}) VALUES ({marks})", values)
        return media

    def media(self, media_id: str) -> Media | None:
        row = self._db.execute("SELECT * FROM media WHERE id = ?", (media_id,)).fetchone()
        if row is None:
            return None
        return Media(**{**dict(row), "gone": bool(row["gone"]), "ours": bool(row["ours"])})

    def media_content(self, media: Media) -> bytes:
        return (self._media_dir / media.id).read_bytes()

    def lose_media(self, media_id: str) -> None:
        with self._write() as db:
            db.execute("UPDATE media SET gone = 1 WHERE id = ?", (media_id,))

    # Webhooks

    def add_delivery(self, citizen: str, channel: Channel, body: bytes, at: float) -> Delivery:
        with self._write() as db:
            cursor = db.execute(
                "INSERT INTO deliveries (citizen, channel, body, at, attempts, state)"
                " VALUES (?, ?, ?, ?, 0, 'due')",
                (citizen, channel, body, at),
            )
        return Delivery(cursor.lastrowid or 0, citizen, channel, body, at, 0, "due", None)

    def note_delivery(self, n: int, attempts: int, state: str, last_status: int | None) -> None:
        with self._write() as db:
            db.execute(
                "UPDATE deliveries SET attempts = ?, state = ?, last_status = ? WHERE n = ?",
                (attempts, state, last_status, n),
            )

    def deliveries(self, *, due_only: bool = False) -> list[Delivery]:
        where = "WHERE state = 'due'" if due_only else ""
        rows = self._db.execute(f"SELECT * FROM deliveries {where} ORDER BY n")
        return [Delivery(**dict(row)) for row in rows]

    # Mail

    def add_mail(self, mail: Mail) -> None:
        """Keep a message of a mailbox; one that is kept already stays as it was."""
        values = asdict(mail)
        with self._write() as db:
            db.execute(
                "INSERT OR IGNORE INTO mail (id, agency, subject, text, sms, at)"
                " VALUES (:id, :agency, :subject, :text, :sms, :at)",
                values,
            )

    def mail(self) -> list[Mail]:
        rows = self._db.execute(
            "SELECT id, agency, subject, text, sms, at FROM mail ORDER BY at, n"
        )
        return [Mail(**dict(row)) for row in rows]


def new_media_id() -> str:
    return str(10**15 + secrets.randbelow(9 * 10**15))


def _citizen(row: sqlite3.Row) -> Citizen:
    flags = {name: bool(row[name]) for name in CITIZEN_FLAGS}
    return Citizen(**{**dict(row), **flags})


def _message(row: sqlite3.Row) -> Message:
    values = dict(row)
    del values["n"]
    values["body"] = json.loads(values["body"])
    values["media"] = tuple(json.loads(values["media"]))
    values["pricing"] = json.loads(values["pricing"])
    return Message(**values)
