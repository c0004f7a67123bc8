"""A report in the making: what the citizen has told so far, in whatever order."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from aduan.change import Effect
from aduan.jurisdiction import Jurisdiction
from aduan.message import Inbound
from aduan.message_digest import digest, photo_id, recording_id
from aduan.privacy import mask
from aduan.service_request import MAX_DESCRIPTION, Gathered, Said, description_of
from aduan.understanding import Candidate, understand

MAX_PHOTOS = 10


@dataclass(frozen=True, kw_only=True)
class Draft:
    """`draft_id` is in the payload of its buttons, so that an old button cannot act on a new draft.

    `chosen`: the citizen picked the service from a list; `guessed`: we did, and ask. `place_named`: the
    words or the pin leave no doubt where it is; `answers`: how often we have answered before its number.
    """

    draft_id: str
    began_at: datetime
    said: tuple[Said, ...] = ()
    service_code: str | None = None
    chosen: bool = False
    guessed: bool = False
    candidates: tuple[Candidate, ...] = ()
    emergency: bool = False
    danger: bool = False
    address: str | None = None
    place_named: bool = False
    lat: float | None = None
    long: float | None = None
    area: str | None = None
    photo_ids: tuple[str, ...] = ()
    recording_ids: tuple[str, ...] = ()
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
        return replace(self, address=None, lat=None, long=None, area=None, place_named=False)

    def without_kind(self) -> Self:
        return replace(self, service_code=None, chosen=False, candidates=())

    def with_message(self, message: Inbound, city: Jurisdiction) -> Self:
        """The draft with what one more message says."""
        added = gathered(message)
        more = replace(
            self,
            said=(*self.said, *added.said),
            photo_ids=(*self.photo_ids, *added.photo_ids)[:MAX_PHOTOS],
            recording_ids=(*self.recording_ids, *added.recording_ids)[:MAX_PHOTOS],
        )
        if message.text:
            more = more.understood(city, message.text)
        return more.with_pin(message, city) if message.location else more

    def understood(self, city: Jurisdiction, newest: str = "") -> Self:
        """What all that was said means together; the newest words say best where it is."""
        meaning = understand(" ".join(self.description.split("\n")), city)
        last = understand(newest, city) if newest else meaning
        if last.emergency:  # a cry weighs more than what was said before it
            meaning = last
        place = meaning.place or last.place
        known = self.chosen and self.service_code
        sure = meaning.service_code
        return replace(
            self,
            service_code=known or sure or self.service_code,
            guessed=self.guessed and not sure,
            candidates=() if known else meaning.candidates or self.candidates,
            emergency=self.emergency or meaning.emergency,
            danger=self.danger or meaning.danger or last.danger,
            address=self.address or (mask(place) if place else None),
            place_named=self.place_named or (self.address is None and place is not None),
        )

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
        left = replace(left, service_code=None, candidates=(), emergency=False, danger=False)
        return left.understood(city)


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
