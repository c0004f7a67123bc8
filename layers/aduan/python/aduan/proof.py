"""Does an officer's photo show what it should? What speaks against it; people decide.

Reports were closed with used and with borrowed photos elsewhere, so each is compared with all proofs
before it and with the reporter's own. A doubtful one counts; its reporter is asked.
"""

from datetime import timedelta
from enum import StrEnum

from aduan.exif import Taken
from aduan.geo import distance_m
from aduan.look import Proof, are_alike
from aduan.service_request import ServiceRequest

FAR_M = 500  # a pin and a phone's idea of where it is may be a block apart
CLOCK_WRONG = timedelta(minutes=15)


class Doubt(StrEnum):
    """Keys of `doubts` in `messages.id.toml` and `agency.id.toml`, the gravest first."""

    REUSED = "reused"
    REPORTERS = "reporters"
    OLD = "old"
    ELSEWHERE = "elsewhere"


def doubts(
    request: ServiceRequest,
    proof: Proof,
    taken: Taken,
    *,
    earlier: list[Proof],
    reporters: list[str],
) -> tuple[Doubt, ...]:
    """What speaks against a proof. `reporters` are the looks of the reporter's own photos."""
    found = {
        Doubt.REUSED: any(proof.is_like(other) for other in earlier),
        Doubt.REPORTERS: any(are_alike(proof.look, look) for look in reporters),
        Doubt.OLD: taken.at is not None and taken.at < request.requested_datetime - CLOCK_WRONG,
        Doubt.ELSEWHERE: _is_far(request, taken),
    }
    return tuple(doubt for doubt, speaks_against in found.items() if speaks_against)


def _is_far(request: ServiceRequest, taken: Taken) -> bool:
    if taken.lat is None or taken.long is None or request.lat is None or request.long is None:
        return False
    return distance_m(request.lat, request.long, taken.lat, taken.long) > FAR_M
