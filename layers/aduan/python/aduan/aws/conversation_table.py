"""Conversations in the table, written turn by turn together with all that a turn changes."""

from dataclasses import replace
from datetime import datetime, timedelta

from aduan.aws.items import Item, from_item, to_item
from aduan.aws.service_request_table import ServiceRequestTable, writes_of
from aduan.aws.table import Write, delete, put_new, put_version
from aduan.change import Change, Waiting
from aduan.conversation import Conversation, Sent, Turn
from aduan.errors import AlreadySeenError

# Meta repeats a webhook for up to seven days; a month leaves room for a queue that waited.
# https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview/
SEEN_KEPT = timedelta(days=30)


class ConversationTable(ServiceRequestTable):
    def conversation(self, citizen_id: str) -> Conversation | None:
        item = self.get(f"citizen#{citizen_id}", "conversation")
        return from_item(item, Conversation) if item else None

    def was_seen(self, message_digest: str) -> bool:
        """Whether this message was handled before: saves thinking, the write decides all the same."""
        return self.get(f"message#{message_digest}", "seen") is not None

    def sent(self, message_digest: str) -> Sent | None:
        """What is on record of a message of ours, by the digest of its id."""
        item = self.get(f"sent#{message_digest}", "sent")
        return from_item(item, Sent) if item else None

    def waiting(self, citizen_id: str) -> tuple[Waiting, ...]:
        """What Meta would not take after the citizen's day was over."""
        items = self.query(f"citizen#{citizen_id}", "waiting#")
        return tuple(from_item(item, Waiting) for item in items)

    def save_turn(self, turn: Turn, *, message_digest: str, at: datetime) -> None:
        """Write the turn that a message leads to, once; StaleUpdateError if the chat went on meanwhile."""
        seen = {
            "PK": f"message#{message_digest}",
            "SK": "seen",
            "expires_at": int((at + SEEN_KEPT).timestamp()),
        }
        self.transact(
            [
                put_new(to_item(seen), AlreadySeenError),
                self.write_of(turn.conversation),
                *writes_of(turn.change, at),
                *_joined(turn.joined),
            ]
        )

    def save_conversation(
        self, conversation: Conversation, change: Change, *, at: datetime
    ) -> None:
        """Write a chat that goes on without a message of the citizen's: a reminder, a mute."""
        self.transact([self.write_of(conversation), *writes_of(change, at)])

    def write_of(self, conversation: Conversation) -> Write:
        """A chat as one write of a transaction, unless it went on since it was read."""
        return put_version(_item(conversation), conversation.version)


def _joined(chat: Conversation | None) -> list[Write]:
    """A chat that is part of another one now."""
    if chat is None:
        return []
    gone = delete(f"citizen#{chat.citizen_id}", "conversation")
    return [gone.provided("version = :read", read=chat.version)]


def _item(conversation: Conversation) -> Item:
    """With a draft it is on the list of what is not finished, since the draft began."""
    keys = {"PK": f"citizen#{conversation.citizen_id}", "SK": "conversation"}
    if conversation.draft:
        keys |= {"work": "draft", "work_since": conversation.draft.began_at.isoformat()}
    return to_item(replace(conversation, version=conversation.version + 1), **keys)
