"""Conversations in the table, written turn by turn together with all that a turn changes."""

from dataclasses import replace
from datetime import datetime, timedelta

from aduan.aws.items import from_item, to_item
from aduan.aws.service_request_table import ServiceRequestTable, writes_of
from aduan.aws.table import put_new, put_version
from aduan.conversation import Conversation, Turn
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

    def save_turn(self, turn: Turn, *, message_digest: str, at: datetime) -> None:
        """Write the turn that a message leads to, once; StaleUpdateError if the chat went on meanwhile."""
        seen = {
            "PK": f"message#{message_digest}",
            "SK": "seen",
            "expires_at": int((at + SEEN_KEPT).timestamp()),
        }
        read = turn.conversation.version
        following = replace(turn.conversation, version=read + 1)
        pk = f"citizen#{following.citizen_id}"
        self.transact(
            [
                put_new(to_item(seen), AlreadySeenError),
                put_version(to_item(following, PK=pk, SK="conversation"), read),
                *writes_of(turn.change, at),
            ]
        )
