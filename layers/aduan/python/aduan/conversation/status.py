"""How a report stands, told to its reporter alone."""

from aduan import wording
from aduan.conversation.moment import Moment
from aduan.conversation.state import Turn
from aduan.message import Say
from aduan.service_request import ServiceRequest


def tell_status(m: Moment, request: ServiceRequest | None) -> Turn:
    if request is None:
        return m.turn(Say(text="status_unknown"))
    about = m.about(request)
    state = m.city.messages["status"][request.status].format(
        agency=about["agency"], reason=wording.shorten(request.status_notes or "-")
    )
    updated = wording.date_and_time(request.updated_datetime)
    return m.turn(Say(text="status", fields={**about, "status": state, "updated": updated}))
