import re
from pathlib import Path

import pytest

from aduan import officer
from aduan.change import Event
from aduan.deadline import BROKEN
from aduan.timeline import SILENT_TO_OFFICERS, words_of
from tests.builders import KEDIRI, NOW

ROOT = Path(__file__).parents[2]
OFFICERS, CENTRE = KEDIRI.agency_texts["events"], KEDIRI.command_centre["events"]
SOURCES = [*(ROOT / "layers/aduan").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
WRITTEN = {
    what
    for source in SOURCES
    for what in re.findall(r'(?:Event\(\s*what=|_event\()"(\w+)"', source.read_text("utf-8"))
}
KINDS = sorted(WRITTEN | {*officer._EVENTS.values(), *BROKEN.values(), "solved", "raised", "muted"})


def line(what: str, who: str, wordings: dict[str, str]) -> str | None:
    notes = "dishub" if who == "system" else ""
    return words_of(Event(what=what, who=who, at=NOW, notes=notes), wordings, KEDIRI)


@pytest.mark.parametrize("what", KINDS)
def test_whatever_happens_has_its_line_with_officers_and_the_command_centre(what: str) -> None:
    assert line(what, "dishub", CENTRE)
    assert bool(line(what, "dishub", OFFICERS)) is (what not in SILENT_TO_OFFICERS)


def test_who_did_it_makes_another_line_where_two_may_do_the_same() -> None:
    """An answer of the citizen's to an officer, and one of the command centre's to the citizen."""
    assert line("answered", "citizen", CENTRE) == "Warga menjawab petugas"
    assert line("answered", "command_centre", CENTRE) == "Dijawab Command Center"
    assert line("answered", "citizen", OFFICERS) == "Warga menjawab"
    assert line("answered", "command_centre", OFFICERS) == "Command Center menjawab warga"


def test_an_agency_is_named_whether_it_did_it_or_it_was_done_to_it() -> None:
    assert line("delayed", "dishub", CENTRE) == "Dishub mengumumkan tambahan waktu"
    assert line("routed", "system", CENTRE) == "Diteruskan ke Dishub"
