"""A report in the making: what the citizen has told so far, in whatever order."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from aduan.change import Effect
from aduan.jurisdiction import Jurisdiction
from aduan.message import Inbound
from aduan.message_digest import digest, photo_id, recording_id
from aduan.privacy import mask
from aduan.service_request import (
    MAX_DESCRIPTION,
    MAX_PHOTOS,
    Gathered,
    Said,
    description_of,
    within_bounds,
)
from aduan.understanding import Candidate, Link, Understanding, Where, understand
from aduan.understanding.pin import pin_at

NOTION = 0.3  # share from which a danger is sent to the agency of the likeliest kind
_WORD = re.compile(r"[a-z']{2,}")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """`draft_id` is in the payload of its buttons, so that an old button cannot act on a new draft.

    `chosen`: the citizen picked the service from a list; `guessed`: we did, and ask. `place_named`: the
    words or the pin leave no doubt where it is, `named_areas` are codes of the kelurahan that the words of the
    address may mean, `place_settled`: we asked which of words and pin is right; `answers`: how often we have
    answered before its number. `same_as` is an open report that this may be about: `is_same` says the citizen,
    or `is_other`. `continues` is an older report of theirs that has come back. `danger`: not to be ruled out;
    `urgent`: likely; `emergency`: and there is a notion of what it is.
    """

    draft_id: str
    began_at: datetime
    said: tuple[Said, ...] = ()
    service_code: str | None = None
    chosen: bool = False
    guessed: bool = False
    candidates: tuple[Candidate, ...] = ()
    emergency: bool = False
    urgent: bool = False
    danger: bool = False
    address: str | None = None
    place_named: bool = False
    named_areas: tuple[str, ...] = ()
    place_settled: bool = False
    lat: float | None = None
    long: float | None = None
    area: str | None = None
    photo_ids: tuple[str, ...] = ()
    recording_ids: tuple[str, ...] = ()
    second: str | None = None  # the service of another matter in the same words
    same_as: str | None = None
    is_same: bool = False
    is_other: bool = False
    continues: str | None = None
    answers: int = 0
    reminded: bool = False

    @property
    def has_place(self) -> bool:
        return self.address is not None or self.lat is not None

    @property
    def description(self) -> str:
        return description_of(self.said)

    def with_choice(self, service_code: str) -> Self:
        return replace(self, service_code=service_code, chosen=True, guessed=False, candidates=())

    def with_address(self, text: str, *, named: bool) -> Self:
        return replace(self, address=mask(text).strip(), place_named=named)

    def without_place(self) -> Self:
        return replace(
            self, address=None, lat=None, long=None, area=None, place_named=False, named_areas=()
        )

    def with_words_alone(self) -> Self:
        """Where words and pin mean different places, the words are right."""
        return replace(self, lat=None, long=None, area=None)

    def with_pin_alone(self) -> Self:
        return replace(self, address=None, named_areas=())

    def is_in_two_places(self, city: Jurisdiction) -> bool:
        """Whether the words name a part of the city where the pin is not, and we have not asked yet."""
        if self.lat is None or self.long is None or self.place_settled or not self.named_areas:
            return False
        return pin_at(self.lat, self.long, city).disagrees_with(self.named_areas, city)

    def without_kind(self) -> Self:
        return replace(self, service_code=None, chosen=False, candidates=())

    def with_message(self, message: Inbound, city: Jurisdiction) -> Self:
        """The draft with what one more message says."""
        added = gathered(message)
        more = replace(
            self,
            said=within_bounds((*self.said, *added.said)),
            photo_ids=(*self.photo_ids, *added.photo_ids)[:MAX_PHOTOS],
            recording_ids=(*self.recording_ids, *added.recording_ids)[:MAX_PHOTOS],
        )
        if message.text:
            more = more.understood(city, message.text)
        return more.with_pin(message, city) if message.location else more

    def understood(self, city: Jurisdiction, newest: str = "") -> Self:
        """What all that was said means together; the newest words say best where it is."""
        whole = " ".join(self.description.split("\n"))
        meaning = understand(whole, city)
        last = understand(newest, city) if newest not in ("", whole) else meaning
        if is_alarm(last) or self.chosen:  # a cry weighs more than what was said before it
            meaning = last
        known = self.chosen and self.service_code
        sure = meaning.service_code
        told = replace(
            self,
            service_code=known or sure or self.service_code,
            guessed=self.guessed and not sure,
            candidates=() if known else meaning.candidates or self.candidates,
            second=meaning.second.service_code if meaning.second else self.second,
            emergency=self.emergency or is_alarm(meaning),
            urgent=self.urgent or meaning.emergency,
            danger=self.danger or meaning.danger or last.danger,
        )
        return told.placed(city, meaning.where, last.where).with_link(last.link, city)

    def placed(self, city: Jurisdiction, *said: Where | None) -> Self:
        """With the first place in the words that can be found, unless a place is known."""
        found = (where for where in said if where and can_be_found(where, city))
        place = next(found, None)
        if self.address or self.place_settled or place is None:
            return self
        return replace(self, address=mask(place.text), place_named=True, named_areas=place.areas)

    def with_link(self, link: Link | None, city: Jurisdiction) -> Self:
        """The point of a map link that was pasted."""
        area = city.area_at(link.lat, link.long) if link and link.lat and link.long else None
        if link is None or area is None:
            return self
        return replace(self, lat=link.lat, long=link.long, area=area.name, place_named=True)

    def with_pin(self, message: Inbound, city: Jurisdiction) -> Self:
        pin = message.location
        area = city.area_at(pin.lat, pin.long) if pin else None
        if pin is None or area is None:
            return self
        address = self.address or (mask(pin.name) if pin.name else None)
        place = {"lat": pin.lat, "long": pin.long, "area": area.name}
        return replace(self, address=address, place_named=True, **place)  # type: ignore[arg-type]

    def without_message(self, by: str, city: Jurisdiction) -> Self:
        """The draft without what came in one message, which its sender has taken back."""
        left = replace(
            self,
            said=tuple(each for each in self.said if each.by != by),
            photo_ids=tuple(each for each in self.photo_ids if not each.startswith(by)),
            recording_ids=tuple(each for each in self.recording_ids if not each.startswith(by)),
        )
        gone = " ".join(each.text for each in self.said if each.by == by)
        if left.address and left.lat is None and left.address in gone:
            left = left.without_place()
        if left.chosen:
            return left
        left = replace(left, service_code=None, candidates=(), emergency=False)
        left = replace(left, urgent=False, danger=False)
        return left.understood(city)


def is_alarm(meaning: Understanding) -> bool:
    """Whether the words are enough to send somebody: danger now, and a notion of what it is."""
    best = next(iter(meaning.candidates), None)
    return meaning.emergency and best is not None and best.confidence >= NOTION


def can_be_found(where: Where, city: Jurisdiction) -> bool:
    """Whether others find it by these words; "depan rumah saya" is known to the writer alone."""
    nowhere = frozenset(city.orders["words"]["nowhere"].split())
    words = set(_WORD.findall(where.text.lower())) - nowhere
    return not where.is_outside and bool(where.because or words)


def gathered(message: Inbound) -> Gathered:
    """What a message brings: masked words, photos, recordings."""
    by, text = digest(message), mask(message.text or "").strip()[:MAX_DESCRIPTION]
    return Gathered(
        said=(Said(by=by, at=message.sent_at, text=text),) if text else (),
        photo_ids=tuple(photo_id(by, index) for index in range(len(message.photos))),
        recording_ids=tuple(recording_id(by, index) for index in range(len(message.recordings))),
    )


def fetch_media(message: Inbound, citizen_id: str) -> tuple[Effect, ...]:
    """Meta keeps a file for minutes or days: each is fetched as soon as it is seen."""
    added = gathered(message)
    files = (*message.photos, *message.recordings)
    return tuple(
        Effect(
            name=f"fetch#{file_id}",
            fetch=media,
            photo_id=file_id,
            to=citizen_id,
            channel=message.sender.channel,
        )
        for file_id, media in zip((*added.photo_ids, *added.recording_ids), files, strict=True)
    )
