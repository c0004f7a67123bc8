"""What a person put right in what was understood: the next training text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from aduan.privacy import mask

if TYPE_CHECKING:  # every function that writes a change would load it
    from aduan.understanding import Understanding


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A citizen's masked words, what was understood and what is right.

    `corrected_by`: "citizen" (chose from the list, or changed the kind) or "command_centre" (set the kind
    or the urgency).
    """

    text: str
    understood_code: str
    service_code: str
    urgency: str
    place: str
    corrected_by: str

    @classmethod
    def of(
        cls,
        text: str,
        understood: Understanding,
        *,
        corrected_by: str,
        service_code: str | None = None,
        urgency: str | None = None,
    ) -> Self:
        """What is not said to be wrong was right."""
        masked, place = mask(text), mask(understood.place or "")
        said = "emergency" if understood.emergency else "normal"
        return cls(
            text=masked,
            understood_code=understood.ranked[0].service_code,
            service_code=service_code or understood.ranked[0].service_code,
            urgency=urgency or said,
            place=place if place in masked else "",
            corrected_by=corrected_by,
        )
