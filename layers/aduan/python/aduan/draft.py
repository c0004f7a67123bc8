"""A report in the making: what the citizen has told so far, in whatever order."""

import hashlib
from dataclasses import dataclass, replace
from typing import Self

from aduan.change import Effect
from aduan.jurisdiction import Jurisdiction
from aduan.message import Inbound
from aduan.privacy import mask
from aduan.understanding import Candidate, understand

MAX_DESCRIPTION = 4000  # Open311 GeoReport v2, "POST Service Request"
MAX_PHOTOS = 10


@dataclass(frozen=True, kw_only=True)
class Draft:
    """`draft_id` is in the payload of its buttons, so that an old button cannot act on a new draft."""

    draft_id: str
    description: str = ""
    service_code: str | None = None
    chosen: bool = False  # the citizen picked the service from a list
    candidates: tuple[Candidate, ...] = ()
    danger: bool = False  # the words spoke of danger to people
    address: str | None = None
    lat: float | None = None
    long: float | None = None
    area: str | None = None
    photo_ids: tuple[str, ...] = ()

    @property
    def has_place(self) -> bool:
        return self.address is not None or self.lat is not None

    def with_choice(self, service_code: str) -> Self:
        return replace(self, service_code=service_code, chosen=True, candidates=())

    def with_address(self, text: str) -> Self:
        return replace(self, address=mask(text).strip())

    def with_message(self, message: Inbound, city: Jurisdiction) -> Self:
        """The draft with what one more message says."""
        gathered = self
        if message.text:
            gathered = gathered.with_words(message.text, city)
        if message.location:
            gathered = gathered.with_pin(message, city)
        together = (*self.photo_ids, *photo_ids(message))
        return replace(gathered, photo_ids=together[:MAX_PHOTOS])

    def with_words(self, text: str, city: Jurisdiction) -> Self:
        text = mask(text)
        understood = understand(text, city)
        description = f"{self.description}\n{text}".strip()[:MAX_DESCRIPTION]
        return replace(
            self,
            description=description,
            service_code=self.service_code or understood.service_code,
            candidates=understood.candidates or self.candidates,
            danger=self.danger or understood.danger,
            address=self.address or understood.place,
        )

    def with_pin(self, message: Inbound, city: Jurisdiction) -> Self:
        pin = message.location
        area = city.area_at(pin.lat, pin.long) if pin else None
        if pin is None or area is None:
            return self
        address = self.address or (mask(pin.name) if pin.name else None)
        return replace(self, lat=pin.lat, long=pin.long, area=area.name, address=address)


def digest(message: Inbound) -> str:
    """A short name for a message, the same at every delivery of it."""
    whole = f"{message.sender.channel}|{message.message_id}"
    return hashlib.sha256(whole.encode()).hexdigest()[:24]


def photo_ids(message: Inbound) -> tuple[str, ...]:
    return tuple(f"{digest(message)}-{index}" for index in range(len(message.photos)))


def fetch_photos(message: Inbound, citizen_id: str) -> tuple[Effect, ...]:
    """Meta keeps a photo for minutes or days: each is fetched as soon as it is seen."""
    return tuple(
        Effect(
            name=f"fetch#{photo_id}",
            fetch=media,
            photo_id=photo_id,
            to=citizen_id,
            channel=message.sender.channel,
        )
        for photo_id, media in zip(photo_ids(message), message.photos, strict=True)
    )
