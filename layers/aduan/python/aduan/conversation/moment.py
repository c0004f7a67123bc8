"""All that a step of the conversation decides on, and how every step ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from aduan import wording
from aduan.change import Change, Effect, Kept, Waiting
from aduan.conversation.intents import Intent, intent_of, words_of
from aduan.conversation.state import Conversation, Held, Sent, Turn
from aduan.draft import NOTION, fetch_media, is_alarm
from aduan.jurisdiction import Jurisdiction
from aduan.message import Inbound, Say
from aduan.message_digest import digest
from aduan.privacy import mask
from aduan.service_request import ServiceRequest
from aduan.understanding import Understanding, understand

HELD_AT_MOST = timedelta(seconds=15)
ANSWERS_WITHIN = timedelta(minutes=45)
EMERGENCY_LASTS = timedelta(hours=2)
_MOSTLY = 0.6
# Questions about a draft: the next one asks all that is still open, so it can take their place.
_QUESTIONS = frozenset(
    "welcome ask_kind ask_kind_unsure ask_kind_in_danger ask_kind_of_photo ask_kind_of_place "
    "ask_kind_of_recording "
    "ask_what ask_place ask_place_again ask_whose_photo confirm change_what "
    "outside_city outside_city_in_words already_reported already_reported_by_you".split()
)


@dataclass(frozen=True)
class Moment:
    """All that a step decides on. `requests` are the citizen's own as they see them, `said_before` what is
    referred to.

    `known` are these as they are stored, and those that they follow; `nearby` what anybody has reported at
    the spot of a report that is about to be opened. Nothing of another's is ever told.
    """

    conversation: Conversation
    message: Inbound
    city: Jurisdiction
    requests: Mapping[str, ServiceRequest]
    number: str
    now: datetime
    said_before: Sent | None = None
    waiting: tuple[Waiting, ...] = ()
    known: Mapping[str, ServiceRequest] = field(default_factory=dict)
    nearby: tuple[ServiceRequest, ...] = ()

    @property
    def text(self) -> str:
        return self.message.text or ""

    @property
    def words(self) -> list[str]:
        return words_of(self.text)

    @cached_property
    def intent(self) -> Intent | None:
        """What is ordered or answered; nothing where there is danger, or a whole report in the words."""
        said = self.meaning
        if not self.text or is_alarm(said) or (said.service_code and said.place):
            return None
        return intent_of(self.text, self.city)

    @property
    def has_a_matter(self) -> bool:
        """Whether there is a notion of what kind of report the words may be."""
        best = next(iter(self.meaning.candidates), None)
        return best is not None and best.confidence >= NOTION

    @property
    def is_alarm(self) -> bool:
        """Whether this message by itself sends somebody; the place of something is no alarm."""
        return is_alarm(self.meaning) and not self.names_a_place

    @cached_property
    def names_a_place(self) -> bool:
        """Whether the words are hardly more than a place, whatever else they remind of."""
        place = self.meaning.place
        return place is not None and len(place) >= _MOSTLY * len(self.text.strip())

    @property
    def is_in_emergency(self) -> bool:
        """Whether an urgent report of the citizen's is so young that all they send may belong to it."""
        newest = self.newest
        young = newest is not None and self.now - newest.requested_datetime < EMERGENCY_LASTS
        return bool(young and newest and newest.urgent and not newest.is_over)

    @cached_property
    def meaning(self) -> Understanding:
        """What this message says by itself."""
        return understand(self.text, self.city)

    @property
    def is_late(self) -> bool:
        """Written before something that we have answered already: Meta delivers out of order."""
        last = self.conversation.last_inbound_at
        return last is not None and self.message.sent_at < last

    @property
    def is_soon(self) -> bool:
        """Whether this follows what was said last so closely that it may be an answer to it."""
        last = self.conversation.last_inbound_at
        return last is None or self.now - last < ANSWERS_WITHIN

    @property
    def newest(self) -> ServiceRequest | None:
        return self.requests.get(next(iter(self.conversation.reports), ""))

    @property
    def quoted(self) -> ServiceRequest | None:
        """The report of the message that this one answers by quoting it."""
        number = self.said_before.service_request_id if self.said_before else None
        return self.requests.get(number or "")

    def stored(self, request: ServiceRequest) -> ServiceRequest:
        """A report of the citizen's as it is kept: one that follows another has no state of its own."""
        return self.known.get(request.service_request_id, request)

    def about(self, request: ServiceRequest) -> dict[str, str]:
        return wording.about(request, self.city)

    def turn(
        self,
        say: Say | None = None,
        change: Change | None = None,
        *,
        react: str | None = None,
        kept: str | None = None,
        kept_text: str = "",
        **state: Any,
    ) -> Turn:
        """The end of every step: the new state, the files fetched, the sentence said.

        `react` answers with an emoji alone; `kept` says why the message is kept for a person to look at.
        """
        change = change or Change()
        chat, citizen_id = self.conversation, self.conversation.citizen_id
        about = change.request.service_request_id if change.request else None
        effects = [
            *self._say_what_waited(),
            *change.effects,
            *fetch_media(self.message, citizen_id),
        ]
        held = None
        overtakes = None
        name = digest(self.message)
        if say:
            say, overtakes = self._prefaced(say, about)
            hold = not self.message.is_tap and not say.text.startswith("emergency")
            effects.append(
                Effect(
                    name=f"say#{name}", say=say, hold=hold, to=citizen_id, service_request_id=about
                )
            )
            held = Held(effect=f"say#{name}", at=self.now, say=say, about=about) if hold else None
        elif react:
            effects.append(Effect(name=f"react#{name}", react=react, to=citizen_id))
        following = replace(
            chat if self.message.is_news else self._written_to(),
            held=held if say else chat.held,
            dropped=chat.dropped and not say,
            **state,
        )
        whole = replace(
            change,
            effects=tuple(effects),
            citizen_id=citizen_id,
            overtakes=overtakes,
            told=() if self.message.is_news else self.waiting,
            in_reach=chat.out_of_reach and not self.message.is_news,
            kept=Kept(name=name, because=kept, text=kept_text or mask(self.text)) if kept else None,
        )
        return Turn(conversation=following, change=whole)

    def _prefaced(self, say: Say, about: str | None) -> tuple[Say, str | None]:
        """The message with what must be said first, and the effect that it overtakes."""
        chat = self.conversation
        first, before = chat.is_new, say.before
        if chat.dropped:
            before = ("draft_dropped", *before)
        held = chat.held
        if held and held.effect == f"say#{digest(self.message)}":
            held = None  # this very message, delivered again
        if held is None or self.now - held.at > HELD_AT_MOST or not _covers(say, about, held):
            return replace(say, first_contact=first, before=before), None
        first = first or held.say.first_contact
        before = (*(each for each in held.say.before if each not in before), *before)
        return replace(say, first_contact=first, before=before), held.effect

    def _written_to(self) -> Conversation:
        """The chat, in which the citizen has written now."""
        chat, at = self.conversation, self.message.sent_at
        return replace(
            chat,
            began_at=chat.began_at or at,
            last_inbound_at=max(chat.last_inbound_at or at, at),
            out_of_reach=False,
        )

    def _say_what_waited(self) -> list[Effect]:
        """Now that the citizen has written, Meta takes it."""
        if self.message.is_news:
            return []
        return [
            Effect(
                name=f"say#{each.name}#again#{digest(self.message)}",
                say=each.say,
                to=self.conversation.citizen_id,
                service_request_id=each.service_request_id,
            )
            for each in self.waiting
        ]


def _covers(say: Say, about: str | None, held: Held) -> bool:
    """Whether the newer message says all that the held one does."""
    if held.say.text in _QUESTIONS:
        return (
            say.text in _QUESTIONS
            or say.text in ("received", "joined", "cancelled")
            or say.text.startswith("emergency")
        )
    return held.say.text == say.text and held.about == about
