"""An emergency goes before everything else that may be going on in the chat."""

from aduan.conversation import additions, report
from aduan.conversation.moment import Moment
from aduan.conversation.state import Turn


def first(m: Moment) -> Turn | None:
    """Open it at once, unless it is the one that is under way already."""
    if not m.is_alarm or m.message.is_tap:
        return None
    if additions.is_same_emergency(m):
        return additions.more_of_emergency(m)
    draft = m.conversation.draft
    if draft and draft.service_code is None:
        return report.open_report(m, draft.with_message(m.message, m.city))
    return report.open_report(
        m, report.new_draft(m).with_message(m.message, m.city), left_open=bool(draft)
    )
