"""How reports stand, told to their reporter alone."""

from aduan import wording
from aduan.conversation.moment import Moment
from aduan.conversation.state import Turn
from aduan.message import Choice, Say
from aduan.report_number import spoken
from aduan.service_request import ServiceRequest


def tell_status(m: Moment, request: ServiceRequest | None) -> Turn:
    if request is None:
        return m.turn(Say(text="status_unknown"))
    about = m.about(request)
    state = m.city.messages["status"][request.status].format(
        agency=about["agency"], reason=wording.shorten(request.status_notes or "-")
    )
    if request.delayed_until and request.is_with_agency:
        until = wording.day(request.delayed_until)
        state += str(m.city.messages["officers"]["until"]).format(until=until)
    updated = wording.date_and_time(request.updated_datetime)
    return m.turn(Say(text="status", fields={**about, "status": state, "updated": updated}))


def tell_all(m: Moment) -> Turn:
    """The latest reports to choose from; one alone is told at once."""
    mine = [m.requests[each] for each in m.conversation.reports if each in m.requests]
    if len(mine) <= 1:
        return tell_status(m, mine[0]) if mine else m.turn(Say(text="no_reports"))
    choices = tuple(
        Choice(
            payload=f"status:{request.service_request_id}",
            title=spoken(request.service_request_id),
            description=wording.shorten(
                f"{m.about(request)['service']}, {m.about(request)['place']}", 72
            ),
        )
        for request in mine
    )
    return m.turn(Say(text="my_reports", choices=choices))
