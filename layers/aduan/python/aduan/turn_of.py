"""Whose turn it is: who must act next so that a report goes on."""

from enum import StrEnum

from aduan.service_request import ServiceRequest, Status


class Party(StrEnum):
    """`workflow` acts by itself within minutes; whoever else does not act is reminded or goes late."""

    WORKFLOW = "workflow"
    AGENCY = "agency"
    CITIZEN = "citizen"
    NOBODY = "nobody"


def turn_of(request: ServiceRequest) -> Party:
    """Nobody's alone when it is over. The clock of an agency goes on while it waits for an answer."""
    if request.is_over:
        return Party.NOBODY
    if request.is_with_agency:
        return Party.AGENCY
    if request.status is Status.SOLVED and request.rating is None:
        return Party.CITIZEN
    return Party.WORKFLOW
