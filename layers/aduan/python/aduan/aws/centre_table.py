"""What the command centre reads and writes beside the figures: piles of work, decisions on citizens, calls."""

from dataclasses import dataclass, replace
from datetime import datetime

from aduan.aws.clicks import seen
from aduan.aws.contact_table import ContactTable, decision
from aduan.aws.conversation_table import ConversationTable
from aduan.aws.figures_table import FiguresTable
from aduan.aws.items import from_item
from aduan.aws.place_table import PlaceTable, write_of
from aduan.aws.service_request_table import writes_of
from aduan.aws.table import delete, put, update
from aduan.change import Change, Kept
from aduan.command_centre.call_backs import CallBack
from aduan.command_centre.calls import News
from aduan.command_centre.operator import Deed
from aduan.conversation import Conversation
from aduan.errors import NotFoundError, StaleUpdateError
from aduan.locating import Locating

MOST = 50  # of a pile: nobody reads further, and what is done makes room


@dataclass(frozen=True, kw_only=True)
class KeptOf:
    citizen_id: str
    kept: Kept
    since: datetime


@dataclass(frozen=True, kw_only=True)
class OutOfReach:
    citizen_id: str
    code: int
    since: datetime


class CentreTable(FiguresTable, ConversationTable, ContactTable, PlaceTable):
    def kept(self) -> list[KeptOf]:
        """Messages that nobody has acted on yet, the oldest first."""
        return [
            KeptOf(
                citizen_id=item["PK"]["S"].removeprefix("citizen#"),
                kept=from_item(item, Kept),
                since=datetime.fromisoformat(item["work_since"]["S"]),
            )
            for item in self.longest("kept", MOST)
        ]

    def unreachable(self) -> list[OutOfReach]:
        return [
            OutOfReach(
                citizen_id=item["PK"]["S"].removeprefix("citizen#"),
                code=int(item["meta_error"]["N"]),
                since=datetime.fromisoformat(item["work_since"]["S"]),
            )
            for item in self.longest("unreachable", MOST)
        ]

    def call_backs(self) -> list[CallBack]:
        """Callers who wait to be called back, whoever has waited longest first."""
        return [from_item(item, CallBack) for item in self.longest("callback", MOST)]

    def dismiss_kept(self, citizen_id: str, name: str, deed: Deed, *, at: datetime) -> None:
        """Off the pile, for good: the message was looked at."""
        gone = delete(f"citizen#{citizen_id}", f"kept#{name}").provided("attribute_exists(PK)")
        self.transact([gone, put(decision(citizen_id, "dismissed", deed, at))])

    def dismiss_unreachable(self, citizen_id: str, deed: Deed, *, at: datetime) -> None:
        """Off the pile; what Meta said stays on record until a message gets through."""
        pk = f"citizen#{citizen_id}"
        self.update(pk, "contact", "REMOVE #work, work_since", provided="attribute_exists(PK)")
        self.transact([put(decision(citizen_id, "dismissed", deed, at))])

    def mute(
        self,
        citizen_id: str,
        until: datetime,
        deed: Deed,
        *,
        change: Change,
        kept: str | None,
        at: datetime,
    ) -> None:
        """No answers for a citizen until a time, emergencies excepted; NotFoundError if nobody has this id."""
        conversation = self.conversation(citizen_id)
        if conversation is None:
            raise NotFoundError(citizen_id)
        muted = replace(conversation, muted_until=until)
        writes = [
            self.write_of(muted),
            put(decision(citizen_id, "muted", deed, at)),
            *writes_of(change, at),
        ]
        if kept:
            writes.append(delete(f"citizen#{citizen_id}", f"kept#{kept}"))
        self.transact(writes)

    def filed(self, click: str) -> str | None:
        """The number of the report that a click has made already."""
        item = self.get(f"click#{click}", "click")
        return item["service_request_id"]["S"] if item and "service_request_id" in item else None

    def file(
        self,
        change: Change,
        click: str,
        *,
        chats: tuple[Conversation, ...] = (),
        news: News | None = None,
        locating: Locating | None = None,
        at: datetime,
    ) -> None:
        """A report from a call, once for each click; in the caller's chats if they want to hear of it.

        `news`: what they answer now stands before what they answered earlier. `locating` learns which report
        it is for; StaleUpdateError if the phone has answered since.
        """
        if change.request is None:
            raise StaleUpdateError(click)
        number, citizen_id = change.request.service_request_id, change.request.citizen_id
        writes = [seen(click, at, service_request_id=number)]
        writes += [self.write_of(chat) for chat in chats]
        if locating:
            writes.append(write_of(replace(locating, service_request_id=number)))
        if news is not None:
            agreed = int(news is not News.NONE)
            pk = f"citizen#{citizen_id}"
            writes.append(update(pk, "contact", "SET by_sms = :agreed", agreed=agreed))
        self.transact([*writes, *writes_of(change, at)])

    def ask_place(
        self,
        locating: Locating,
        click: str,
        *,
        change: Change,
        chat: Conversation | None,
        at: datetime,
    ) -> None:
        """What a caller's phone is asked, once for each click; AlreadySeenError for the second time."""
        chats = [self.write_of(chat)] if chat else []
        self.transact([seen(click, at), write_of(locating), *chats, *writes_of(change, at)])

    def messages_of_month(self, channel: str, month: str) -> int:
        item = self.get(f"month#{month}", channel)
        return int(item["messages"]["N"]) if item and "messages" in item else 0
