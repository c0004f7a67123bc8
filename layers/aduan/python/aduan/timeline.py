"""What happened to a report, in the words of those who read it: the events are the same, the words are not.

Officers and the command centre read a line for each event (`events` in their texts); the citizen reads by
`cek` how it stands.
"""

from collections.abc import Mapping

from aduan.change import Event
from aduan.jurisdiction import Jurisdiction

# What officers read no line of, and why.
SILENT_TO_OFFICERS = {
    "contact_revealed": "it tells that the reporter called",
    "place_asked": "it tells that the reporter called",
    "muted": "it is about the reporter, of whom officers know nothing",
    "unmuted": "it is about the reporter, of whom officers know nothing",
    "reviewed": "the command centre has looked, and nothing changed",
}


def words_of(event: Event, wordings: Mapping[str, str], city: Jurisdiction) -> str | None:
    """A line of the timeline; None for what these readers are not told.

    `answered_by_command_centre` holds before `answered`, if it was the command centre that did it.
    """
    words = wordings.get(f"{event.what}_by_{event.who}", wordings.get(event.what))
    agency = event.notes if event.who == "system" else event.who
    return words.format(agency=city.agency_name(agency)) if words else None
