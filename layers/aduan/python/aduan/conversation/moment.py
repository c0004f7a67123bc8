"""All that a step of the conversation decides on, and how every step ends."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from aduan import wording
from aduan.change import Change, Effect
from aduan.conversation.state import Conversation, Turn
from aduan.conversation.words import words_of
from aduan.draft import digest, fetch_photos
from aduan.jurisdiction import Jurisdiction
from aduan.message import Inbound, Say
from aduan.service_request import ServiceRequest


@dataclass(frozen=True)
class Moment:
    """All that a step decides on."""

    conversation: Conversation
    message: Inbound
    city: Jurisdiction
    requests: Mapping[str, ServiceRequest]
    number: str
    now: datetime

    @property
    def words(self) -> list[str]:
        return words_of(self.message.text or "")

    def turn(self, say: Say | None, change: Change | None = None, **state: object) -> Turn:
        """The end of every step: the new state, the photos fetched, the sentence said."""
        change = change or Change()
        citizen_id = self.conversation.citizen_id
        effects = [*change.effects, *fetch_photos(self.message, citizen_id)]
        if say:
            first = replace(say, first_contact=self.conversation.is_new)
            name = f"say#{digest(self.message)}"
            about = change.request.service_request_id if change.request else None
            effects.append(Effect(name=name, say=first, to=citizen_id, service_request_id=about))
        following = replace(self.conversation, last_inbound_at=self.message.sent_at, **state)  # type: ignore[arg-type]
        return Turn(conversation=following, change=replace(change, effects=tuple(effects)))

    def about(self, request: ServiceRequest) -> dict[str, str]:
        return wording.about(request, self.city)
