"""Several agencies on one report: each has its part, the citizen has one report."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from aduan import companions, deadline
from aduan.agency_overview import open_reports
from aduan.change import Change, Event, Watch, tell_agency
from aduan.command_centre.figures import DAY, cells_of
from aduan.command_centre.figures import NOW as NOW_FIGURES
from aduan.command_centre.operator import Act as Operators
from aduan.command_centre.operator import Deed
from aduan.command_centre.operator import decide as operator_decides
from aduan.command_centre.triage import Reason, reasons
from aduan.officer import Act, Decision, acts_possible, seen_by_officers
from aduan.routing import route, with_companions
from aduan.service_request import Awaited, Part, ServiceRequest, Status
from aduan.working_together import decide
from tests.builders import KEDIRI, NOW, Chat, a_service_request

TREE_ON_WIRES = {
    "service_code": "fallen_tree",
    "description": "pohon tumbang menimpa kabel listrik",
    "urgent": True,
}
HURT = {
    "service_code": "traffic_accident",
    "description": "tabrakan motor, ada yang luka",
    "urgent": True,
}


@dataclass
class Report:
    """A report at work with its agencies, in memory: what was done, told and answered."""

    request: ServiceRequest
    changes: list[Change] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @classmethod
    def of(cls, **changes: object) -> "Report":
        """Routed and dispatched, as the workflow does."""
        report = cls(a_service_request(**changes))
        report.is_sent()
        return report

    def is_sent(self) -> None:
        routing = route(self.request, KEDIRI)
        routed = self.request.route_to(routing.agency_responsible, routing.because, NOW)
        self.saves(Change(request=with_companions(routed, self.request, KEDIRI)))
        told = self.request.dispatch(NOW, deadline.promises_of(self.request, KEDIRI, NOW))
        told_of = Event(what="dispatched", who="system", at=NOW)
        self.saves(companions.called_in(Change(request=told, event=told_of), KEDIRI, NOW))

    def does(self, agency: str, *acts: Act, better: str | None = None) -> Change:
        for act in acts:
            decision = Decision(
                act=act,
                words="catatan",
                proof_key=f"proof/{agency}.jpg" if act is Act.SOLVE else None,
                better_agency=better,
            )
            change = decide(self.request, agency, decision, KEDIRI, NOW)
            self.saves(change)
        return change

    def saves(self, change: Change) -> None:
        assert change.request is not None
        self.request = replace(change.request, version=change.request.version + 1)
        self.changes.append(change)
        self.events += [change.event] if change.event else []
        self.events += change.further

    def seen_by(self, agency: str) -> ServiceRequest:
        view = companions.seen_by(self.request, agency)
        assert view is not None
        return view

    def is_now(self, status: Status) -> bool:
        return self.request.status is status

    def state_of(self, agency: str) -> Status:
        part = self.request.part_of(agency)
        assert part is not None
        return part.status

    def heard(self, agency: str) -> list[str]:
        """What the agency was told beside its first mail."""
        effects = [effect for change in self.changes for effect in change.effects]
        return [e.notice.what for e in effects if e.notice and e.notice.agency == agency]

    @property
    def said(self) -> list[str]:
        """What the citizen heard."""
        return [e.say.text for change in self.changes for e in change.effects if e.say]

    @property
    def answered(self) -> list[tuple[str, str]]:
        return [
            (answer.what, answer.outcome or answer.error)
            for change in self.changes
            for answer in change.answers
        ]


def test_a_tree_on_wires_is_plns_first_and_dlhkp_waits_for_it() -> None:
    report = Report.of(**TREE_ON_WIRES)

    assert report.request.agency_responsible == "pln"
    assert report.request.because == ("jenis laporan Pohon tumbang, warga menyebut kabel, listrik")
    assert report.state_of("dlhkp") is Status.ROUTED
    assert companions.seen_by(report.request, "dlhkp") is None
    assert report.heard("dlhkp") == []

    report.does("pln", Act.ACCEPT, Act.SOLVE)
    assert report.heard("dlhkp") == ["assigned"]
    assert [(e.what, e.notes) for e in report.events[-2:]] == [
        ("part_solved", "catatan"),
        ("called_in", "dlhkp"),
    ]
    assert acts_possible(report.seen_by("dlhkp")) == {Act.ACCEPT, Act.ASK, Act.REFUSE, Act.REJECT}


@pytest.mark.parametrize(
    ("words", "with_whom"),
    [
        ("wit ambruk kena kabel pln", {"dlhkp", "bpbd"}),
        ("pohon tumbang menutup jalan", set()),
        ("pohon tumbang, untung tidak kena kabel", set()),
        ("pohon tumbang, ga ada orang, tapi kabel putus", {"dlhkp", "bpbd"}),
    ],
)
def test_the_words_say_who_else_is_needed(words: str, with_whom: set[str]) -> None:
    report = Report.of(service_code="fallen_tree", description=words)

    assert {part.agency for part in report.request.companions} == with_whom


def test_an_accident_is_the_polices_and_where_somebody_is_hurt_the_ambulances_at_once() -> None:
    hurt = Report.of(**HURT)
    unhurt = Report.of(**HURT | {"description": "tabrakan motor, tidak ada korban luka"})

    assert hurt.request.agency_responsible == "polres"
    assert hurt.heard("dinkes") == ["assigned"]
    assert unhurt.request.part_of("dinkes") is None
    for report in (hurt, unhurt):
        assert report.heard("dishub") == ["assigned"]


def test_a_fire_by_electricity_needs_the_power_company_too() -> None:
    by_wires = Report.of(service_code="fire", description="kebakaran rumah, konslet listrik")
    by_rubbish = Report.of(service_code="fire", description="kebakaran sampah")

    assert by_wires.request.agency_responsible == "damkar"
    assert by_wires.heard("pln") == ["assigned"]
    assert by_rubbish.request.companions == ()


def test_a_report_is_solved_when_all_that_are_required_have_done_theirs() -> None:
    report = Report.of(**TREE_ON_WIRES)

    first = report.does("pln", Act.ACCEPT, Act.SOLVE)
    assert report.is_now(Status.ACCEPTED)
    assert first.event is not None
    assert (first.event.what, first.event.who) == ("part_solved", "pln")
    last = report.does("dlhkp", Act.ACCEPT, Act.GO, Act.SOLVE)

    assert report.is_now(Status.SOLVED)
    assert last.event is not None
    assert (last.event.what, last.event.who) == ("solved", "dlhkp")
    assert report.answered == [("acceptance", "accepted"), ("solution", "solved")]
    assert report.request.proof_key == "proof/dlhkp.jpg"


def test_whoever_is_last_it_is_one_solution() -> None:
    report = Report.of(**HURT)
    report.does("polres", Act.ACCEPT)

    report.does("dinkes", Act.ACCEPT, Act.SOLVE)
    assert report.is_now(Status.ACCEPTED)
    report.does("polres", Act.SOLVE)

    assert report.is_now(Status.SOLVED)
    assert report.answered == [("acceptance", "accepted"), ("solution", "solved")]
    assert report.request.proof_key == "proof/polres.jpg"


def test_the_citizen_hears_one_story() -> None:
    """Of the leader's steps as ever, of companions only what must be answered, of the end once."""
    report = Report.of(**TREE_ON_WIRES)

    report.does("pln", Act.ACCEPT, Act.GO, Act.SOLVE)
    report.does("dlhkp", Act.ACCEPT, Act.GO, Act.PARTLY, Act.ASK, Act.SOLVE)

    assert report.said == ["accepted", "in_progress", "asked", "solved"]


def test_one_that_is_only_told_is_not_waited_for_and_hears_of_the_end() -> None:
    report = Report.of(**HURT | {"description": "tabrakan motor"})
    assert report.seen_by("dishub").promises == ()

    report.does("polres", Act.ACCEPT, Act.SOLVE)

    assert report.is_now(Status.SOLVED)
    assert report.heard("dishub") == ["assigned", "ended"]
    assert acts_possible(report.seen_by("dishub")) == frozenset()


def test_one_that_is_only_told_may_leave_and_nobody_minds() -> None:
    report = Report.of(**HURT | {"description": "tabrakan motor"})

    change = report.does("dishub", Act.REFUSE)

    assert report.state_of("dishub") is Status.REJECTED
    assert change.event is not None
    assert change.event.what == "part_left"
    assert Reason.REFUSED not in reasons(report.request, report.events, KEDIRI)
    assert report.request.agency_responsible == "polres"


@pytest.mark.parametrize("act", [Act.REFUSE, Act.REJECT])
def test_a_part_that_its_agency_gives_back_is_the_command_centres(act: Act) -> None:
    report = Report.of(**HURT)
    report.does("polres", Act.ACCEPT)

    report.does("dinkes", act, better="damkar")

    part = report.request.part_of("diskominfo")
    assert part is not None
    assert part.because == (
        "dikembalikan Dinkes (catatan): ada korban kecelakaan: perlu ambulans;"
        " menurut Dinkes seharusnya Damkar"
    )
    assert report.is_now(Status.ACCEPTED), "the report itself goes on"
    assert report.request.refused_by == ()
    assert report.said == ["accepted"]
    assert report.heard("diskominfo") == ["assigned"]
    assert Reason.REFUSED in reasons(report.request, report.events, KEDIRI)
    report.does("polres", Act.SOLVE)
    assert report.is_now(Status.ACCEPTED), "somebody must still go"
    report.does("diskominfo", Act.ACCEPT, Act.SOLVE)
    assert report.is_now(Status.SOLVED)


def test_the_command_centre_may_say_that_a_part_is_not_needed() -> None:
    report = Report.of(**HURT)
    report.does("polres", Act.ACCEPT)
    report.does("dinkes", Act.REFUSE)
    report.does("polres", Act.SOLVE)

    change = report.does("diskominfo", Act.REJECT)

    assert report.is_now(Status.SOLVED)
    assert report.request.proof_key == "proof/polres.jpg"
    assert report.answered[-1] == ("solution", "solved")
    assert [e.say.text for e in change.effects if e.say] == ["solved"]


def test_the_order_holds_also_where_the_first_is_replaced() -> None:
    """PLN says that it is another's: nobody touches the tree before that one is done."""
    report = Report.of(**TREE_ON_WIRES)

    report.does("pln", Act.REFUSE, better="damkar")
    report.is_sent()

    assert report.request.agency_responsible == "damkar"
    assert report.state_of("dlhkp") is Status.ROUTED
    report.does("damkar", Act.ACCEPT, Act.SOLVE)
    assert report.state_of("dlhkp") is Status.DISPATCHED


def test_companions_go_on_while_another_leader_is_found() -> None:
    report = Report.of(**HURT)
    report.does("dinkes", Act.ACCEPT)

    report.does("polres", Act.REFUSE, better="satpol_pp")
    report.does("dinkes", Act.GO)
    report.is_sent()

    assert report.state_of("dinkes") is Status.IN_PROGRESS
    assert report.heard("dinkes") == ["assigned"], "it is not told again"


def test_a_companion_that_is_made_the_leader_has_the_report_and_no_part() -> None:
    report = Report.of(**HURT)

    report.does("polres", Act.REFUSE, better="dinkes")
    report.is_sent()

    assert report.request.agency_responsible == "dinkes"
    assert report.request.part_of("dinkes") is None
    report.does("dinkes", Act.ACCEPT, Act.SOLVE)
    assert report.is_now(Status.SOLVED)


def test_when_it_ends_without_work_all_that_know_of_it_hear() -> None:
    withdrawn = Report.of(**HURT)
    told = [e.notice.agency for e in tell_agency(withdrawn.request, "withdrawn") if e.notice]
    assert told == ["polres", "dinkes", "dishub"]

    rejected = Report.of(**HURT)
    rejected.does("polres", Act.REJECT)
    assert rejected.heard("dinkes") == ["assigned", "ended"]
    assert acts_possible(rejected.seen_by("dinkes")) == frozenset()


def test_of_another_kind_it_has_other_companions() -> None:
    report = Report.of(**TREE_ON_WIRES)

    changed = report.request.reclassify("waste", NOW)
    assert changed.companions == ()


def test_sent_to_another_leader_by_the_command_centre_the_companions_are_left_in_peace() -> None:
    report = Report.of(**HURT)
    deed = Deed(
        act=Operators.SEND_TO, by="AB", why="sudah dibicarakan", invocation="i", value="damkar"
    )

    report.saves(operator_decides(report.request, report.events, deed, KEDIRI, NOW))

    assert report.heard("polres") == ["redirected"]
    assert report.heard("dinkes") == ["assigned"]


def test_reopened_all_begin_anew_by_new_links() -> None:
    report = Report.of(**TREE_ON_WIRES)
    report.does("pln", Act.ACCEPT, Act.SOLVE)
    report.does("dlhkp", Act.ACCEPT, Act.SOLVE)
    first = report.seen_by("dlhkp").attempt

    report.saves(Change(request=report.request.rate(1, NOW)))
    assert acts_possible(report.seen_by("dlhkp")) == frozenset()
    report.is_sent()

    assert report.state_of("dlhkp") is Status.ROUTED, "in the same order"
    report.does("pln", Act.ACCEPT, Act.SOLVE)
    assert report.heard("dlhkp") == ["assigned", "assigned"]
    assert report.seen_by("dlhkp").attempt > first


def test_what_one_agency_does_spoils_no_form_of_another() -> None:
    report = Report.of(**HURT)
    forms = seen_by_officers(report.seen_by("polres")), seen_by_officers(report.seen_by("dinkes"))

    report.does("dishub", Act.ACCEPT)
    assert seen_by_officers(report.seen_by("polres")) == forms[0]
    report.does("polres", Act.ACCEPT)
    assert seen_by_officers(report.seen_by("dinkes")) == forms[1]
    assert seen_by_officers(report.seen_by("polres")) != forms[0]


def test_each_has_its_own_promises_and_its_own_head_hears_when_they_are_broken() -> None:
    report = Report.of(**HURT)
    accept = report.seen_by("dinkes").promise(Awaited.ACCEPT)
    assert accept is not None
    watch = deadline.watch_of(report.seen_by("dinkes"), accept)
    assert watch is not None
    assert watch.agency == "dinkes"

    climbed = []
    for _ in range(4):
        assert watch is not None
        view = companions.seen_by(report.request, watch.agency)
        assert view is not None
        change = deadline.look(view, watch, KEDIRI, watch.at)
        assert change is not None
        report.saves(companions.joined_in(change, report.request))
        notices = [effect.notice for effect in change.effects if effect.notice]
        climbed += [(n.agency, n.role, n.about) for n in notices]
        watch = next((effect.watch for effect in change.effects if effect.watch), None)

    assert climbed == [
        ("dinkes", "duty", "dinkes"),
        ("dinkes", "head", "dinkes"),
        ("diskominfo", "duty", "dinkes"),
        ("diskominfo", "supervisor", "dinkes"),
    ]
    assert {e.what for e in report.events if e.who == "system"} == {
        "dispatched",
        "called_in",
        "part_late_to_accept",
    }
    leader = report.request.promise(Awaited.ACCEPT)
    assert leader is not None
    assert leader.level == 0, "the police are not late for it"
    assert Reason.BREACHED in reasons(report.request, report.events, KEDIRI)


def test_a_leader_that_has_done_its_part_is_not_late_for_what_others_do() -> None:
    report = Report.of(**TREE_ON_WIRES)
    solve = report.request.promise(Awaited.SOLVE)
    assert solve is not None
    assert solve.looked_at is not None
    watch = Watch(name="w", what=Awaited.SOLVE, attempt=1, level=0, at=solve.looked_at)

    report.does("pln", Act.ACCEPT, Act.SOLVE)

    later = solve.looked_at + timedelta(days=1)
    assert deadline.look(report.seen_by("pln"), watch, KEDIRI, later) is None
    watched = {effect.watch.agency for effect in companions.watches(report.request) if effect.watch}
    assert watched == {"dlhkp"}, "the repair looks after the part that is open"


def test_what_an_agency_has_open_is_its_part_of_others_reports_too() -> None:
    report = Report.of(**TREE_ON_WIRES)

    def listed(agency: str) -> list[Status]:
        return [each.status for each in open_reports([report.request], agency)]

    assert listed("pln") == [Status.DISPATCHED]
    assert listed("dlhkp") == [], "its turn has not come"
    report.does("pln", Act.ACCEPT, Act.SOLVE)
    report.does("dlhkp", Act.ACCEPT)
    assert listed("pln") == []
    assert listed("dlhkp") == [Status.ACCEPTED]


def test_a_report_is_counted_once_however_many_work_on_it() -> None:
    report = Report.of(**TREE_ON_WIRES)
    report.does("pln", Act.ACCEPT, Act.SOLVE)

    row = cells_of(report.request, report.events)
    assert row[NOW_FIGURES, "city", "open"] == 1
    assert row[NOW_FIGURES, "city", "agency/pln"] == 1
    assert row[DAY, "2026-11-24", "solved"] == 0
    report.does("dlhkp", Act.ACCEPT, Act.SOLVE)
    assert cells_of(report.request, report.events)[DAY, "2026-11-24", "solved"] == 1


@pytest.mark.parametrize("leader", ["polres", "diskominfo"])
def test_whatever_they_do_in_whatever_order_somebody_must_act_or_it_is_over(leader: str) -> None:
    """Every order in which five agencies, the command centre among them, accept, give back, reject or solve."""
    begun = Report.of(**HURT, suggested_agency=leader)
    dpupr = Part(agency="dpupr", because="aspal rusak", after=("dinkes",))
    begun.request = replace(begun.request, companions=(*begun.request.companions, dpupr))
    seen: set[tuple[object, ...]] = set()
    todo = [begun]
    while todo:
        report = todo.pop()
        parts = tuple((p.agency, p.status, p.after) for p in report.request.companions)
        key = (report.request.status, report.request.own_part_solved, parts)
        if key in seen:
            continue
        seen.add(key)
        waiting = [part for part in report.request.companions if part.is_open]
        if not report.request.is_with_agency:  # over, or on its way to another leader
            assert not (report.is_now(Status.SOLVED) and waiting), "somebody still waits for it"
            continue
        at_work = [view for view in companions.views(report.request) if acts_possible(view)]
        assert at_work, f"nobody must act: {key}"
        assert waiting or not report.request.own_part_solved, "all is done, and nobody was told"
        for view in at_work:
            agency = view.agency_responsible or ""
            for act in {Act.ACCEPT, Act.SOLVE, Act.REFUSE, Act.REJECT} & acts_possible(view):
                following = Report(report.request, [], list(report.events))
                following.does(agency, act)
                todo.append(following)
                part = report.request.part_of(agency)
                if part and part.required and act is Act.REFUSE and agency != "diskominfo":
                    assert has_it_in_hand(following.request, "diskominfo"), "a part was lost"
    assert len(seen) > 100


def has_it_in_hand(request: ServiceRequest, agency: str) -> bool:
    if request.agency_responsible == agency:
        return not request.own_part_solved
    part = request.part_of(agency)
    return part is not None and part.is_open


def test_words_that_come_later_call_for_whom_they_would_have_called_at_once() -> None:
    chat = Chat()
    chat.sends("kecelakaan motor di Jl. Veteran depan SMA 1")
    report = Report(chat.works())
    report.is_sent()
    number = report.request.service_request_id
    assert report.request.part_of("dinkes") is None
    chat.requests[number] = report.request

    chat.hears("korbannya luka parah")

    change = chat.turns[-1].change
    assert change.request is not None
    part = change.request.part_of("dinkes")
    assert part is not None
    assert (part.status, len(part.promises)) == (Status.DISPATCHED, 2)
    assert [
        e.notice.agency for e in change.effects if e.notice and e.notice.what == "assigned"
    ] == ["dinkes"]
    chat.hears("banyak darahnya")
    again = chat.turns[-1].change
    assert not any(e.notice and e.notice.what == "assigned" for e in again.effects), "called once"
