"""Whatever officers, citizen, command centre, clock and misfortune do: somebody must act next, or it is over.

The workflow is the deployed text, walked by `workflow.py`. `CONVERSATIONS` says how many tales are tried.
"""

import os
from collections import defaultdict
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from aduan import deadline, follow_up, officer
from aduan.change import Answer, Change, Event, Watch
from aduan.command_centre import operator
from aduan.command_centre.views.report import Shown, render
from aduan.command_centre.widget import Context
from aduan.errors import IllegalTransitionError
from aduan.message import Channel, Kind
from aduan.service_request import AGENCY_WAITS, GOOD_RATING, Awaited, ServiceRequest, Status
from aduan.turn_of import Party, turn_of
from tests.builders import (
    KEDIRI,
    NUMBER,
    OTHER_NUMBER,
    Chat,
    a_dispatched_request,
    a_service_request,
)
from tests.domain.workflow import Execution, saved

TALES = int(os.environ.get("CONVERSATIONS", "300"))
WORDS = (
    "5",
    "3",
    "1",
    "batalkan laporan",
    "mati lagi",
    "sudah nyala",
    "belum",
    "belum beres",
    "cek",
    "ok",
)
AGENCIES = st.sampled_from([None, "dishub", "dpkp", "dlhkp", "diskominfo"])
STARTS: tuple[list[officer.Act] | None, ...] = (
    None,
    [],
    [officer.Act.ACCEPT],
    [officer.Act.ACCEPT, officer.Act.SOLVE],
)
WHOSE = {"acceptance": Party.AGENCY, "solution": Party.AGENCY, "rating": Party.CITIZEN}


@pytest.mark.parametrize(
    ("changes", "whose"),
    [
        ({"status": Status.RECEIVED}, Party.WORKFLOW),
        ({"status": Status.DISPATCHED}, Party.AGENCY),
        ({"status": Status.IN_PROGRESS}, Party.AGENCY),
        ({"status": Status.SOLVED}, Party.CITIZEN),
        ({"status": Status.SOLVED, "rating": 4}, Party.WORKFLOW),
        ({"status": Status.REOPENED, "rating": 1}, Party.WORKFLOW),
        ({"status": Status.CLOSED}, Party.NOBODY),
        ({"status": Status.REJECTED}, Party.NOBODY),
    ],
)
def test_whose_turn_it_is_follows_from_how_the_report_stands(
    changes: dict[str, Any], whose: Party
) -> None:
    assert turn_of(a_service_request(**changes)) is whose


def test_the_command_centre_reads_whose_turn_it_is() -> None:
    assert set(KEDIRI.command_centre["turns"]) == set(Party)
    page = render(
        Shown(request=a_dispatched_request(), events=()),
        KEDIRI,
        Context(endpoints=defaultdict(str)),
    )

    assert "Giliran</small></td><td>Instansi yang menangani" in page


class Life(RuleBasedStateMachine):
    """One report, its citizen's chat, an agency, an operator, schedules, and workflows that may die."""

    @initialize(acts=st.sampled_from(STARTS))
    def it_is_reported(self, acts: list[officer.Act] | None) -> None:
        """And perhaps it is with the agency already, or solved."""
        self.chat = Chat(Channel.WHATSAPP, a_service_request())
        self.chat.number = OTHER_NUMBER
        self.chat.requests[NUMBER] = saved(a_service_request())
        self.executions = {1: Execution()}
        self.answers: dict[tuple[str, int], Answer] = {}
        self.watches: list[Watch] = []
        self.events: list[Event] = []
        self.forms: list[ServiceRequest] = []
        self.offered: list[str] = []
        for act in acts or ():
            self.everything_comes_to_rest()
            self._officer(self.request, act, None, None)
        if acts is not None:
            self.everything_comes_to_rest()

    @property
    def request(self) -> ServiceRequest:
        return self.chat.requests[NUMBER]

    # What can happen

    @rule(which=st.integers(0, 20), better=AGENCIES, days=st.integers(-1, 200))
    def an_officer_does_what_the_page_offers(
        self, which: int, better: str | None, days: int
    ) -> None:
        until = self.chat.now.date() + timedelta(days=days)
        if possible := sorted(officer.acts_possible(self.request)):
            self._officer(self.request, possible[which % len(possible)], better, until)

    @rule(act=st.sampled_from(officer.Act), which=st.integers(0, 20))
    def an_officer_sends_an_old_form(self, act: officer.Act, which: int) -> None:
        if self.forms:
            old = self.forms[which % len(self.forms)]
            self._officer(old, act, None, None)

    def _officer(
        self, seen: ServiceRequest, act: officer.Act, better: str | None, until: date | None
    ) -> None:
        """A form is good for the dispatch and the state that it was made for, and no other."""
        self.forms.append(self.request)
        same = officer.seen_by_officers(seen) == officer.seen_by_officers(self.request)
        if not same or seen.attempt != self.request.attempt:
            return
        decision = officer.Decision(
            act=act, words="alasan", better_agency=better, until=until, proof_key="proof/ab.jpg"
        )
        with suppress(IllegalTransitionError, officer.DateWrongError):
            self._saves(officer.decide(self.request, decision, KEDIRI, self.chat.now))

    @rule(text=st.sampled_from(WORDS), again=st.booleans(), tapped=st.none() | st.integers(0, 4))
    def the_citizen_writes(self, text: str, again: bool, tapped: int | None) -> None:
        """And taps something of the answer, perhaps."""
        before = len(self.offered)
        for _ in range(1 + again):
            self._citizen(text)
        offered = self.offered[before:]
        if offered and tapped is not None:
            self._citizen("x", choice=offered[tapped % len(offered)], kind=Kind.TAP)

    @rule(which=st.integers(0, 20))
    def the_citizen_taps_any_button_there_ever_was(self, which: int) -> None:
        if self.offered:
            payload = self.offered[which % len(self.offered)]
            self._citizen("x", choice=payload, kind=Kind.TAP)

    def _citizen(self, text: str, **parts: Any) -> None:
        before = self.request
        self.chat.hears(text, **parts)
        change = self.chat.turns[-1].change
        self.chat.requests[NUMBER] = before
        self.offered += [c.payload for e in change.effects if e.say for c in e.say.choices]
        if change.request and change.request.service_request_id == NUMBER:
            self._saves(change)

    @rule(which=st.integers(0, 20), agency=AGENCIES)
    def the_command_centre_acts(self, which: int, agency: str | None) -> None:
        possible = sorted(operator.acts_possible(self.request, self.events))
        act = possible[which % len(possible)]
        value = {operator.Act.SET_SERVICE: "waste", operator.Act.SET_PLACE: "Jl. Dhoho"}
        deed = operator.Deed(
            act=act, by="AB", why="sudah dicek", invocation="i", value=value.get(act, agency or "")
        )
        with suppress(operator.RefusedDeedError):
            self._saves(operator.decide(self.request, self.events, deed, KEDIRI, self.chat.now))

    @rule(which=st.integers(0, 20), heard=st.booleans())
    def a_schedule_fires_once_twice_or_late(self, which: int, heard: bool) -> None:
        if not self.watches:
            return
        watch, now = self.watches[which % len(self.watches)], self.chat.now
        before = self.request
        if watch.what is Awaited.RATE:
            last = now if heard else None
            change = follow_up.remind(before, watch, KEDIRI, now, last_inbound_at=last)
        else:
            change = deadline.look(before, watch, KEDIRI, now)
        if change:
            self._saves(change)
            assert (self.request.status, self.answers) == (before.status, self.answers)

    @rule(hours=st.sampled_from([1, 5, 30, 100, 1000]))
    def time_passes(self, hours: int) -> None:
        self.chat.now += timedelta(hours=hours)

    @rule(older=st.integers(0, 2), steps=st.integers(1, 6))
    def a_workflow_goes_on(self, older: int, steps: int) -> None:
        """The latest, or one that should have ended."""
        latest = list(self.executions.values())[::-1]
        for _ in range(steps):
            self._step(latest[older % len(latest)])

    @rule()
    def a_wait_ends_by_itself(self) -> None:
        self.executions[self.request.generation].times_out()

    @rule()
    def the_workflow_dies(self) -> None:
        self.executions[self.request.generation].state = None

    @rule()
    def everything_comes_to_rest(self) -> None:
        """As it does within minutes: workflows go on as far as they can, the repair begins those that died."""
        for _ in range(60):
            before = [each.copy() for each in self.executions.values()], self.request
            for execution in list(self.executions.values()):
                self._step(execution)
            self._repair()
            if before == (list(self.executions.values()), self.request):
                break
        else:
            raise AssertionError("it never comes to rest")
        self._somebody_must_act()

    # What is always so

    @invariant()
    def at_last_somebody_must_act_or_it_is_over(self) -> None:
        if not hasattr(self, "chat"):
            return
        kept = (
            self.request,
            {n: each.copy() for n, each in self.executions.items()},
            dict(self.answers),
            list(self.watches),
            list(self.events),
        )
        self.everything_comes_to_rest()
        self.chat.requests[NUMBER], self.executions, self.answers, self.watches, self.events = kept

    def _somebody_must_act(self) -> None:
        request, alive = self.request, self.executions[self.request.generation]
        whose = turn_of(request)
        if whose is Party.NOBODY:
            assert alive.state is None, f"{alive.state} waits for a report that is over"
            return
        assert alive.waits_for, "an open report whose workflow waits for nobody"
        what, attempt = alive.waits_for
        assert attempt == request.attempt
        if what == "reason":
            assert whose is Party.WORKFLOW, "what is said or not said ends it within minutes"
            return
        assert whose is WHOSE[what]
        if whose is Party.AGENCY:
            assert AGENCY_WAITS[request.status] == what
            assert request.agency_responsible in KEDIRI.agencies
            ends = {officer.Act.ACCEPT, officer.Act.SOLVE} & officer.acts_possible(request)
            assert ends, "the link can end what is waited for"
            for promise in request.promises:
                watch = deadline.watch_of(request, promise)
                assert watch is None or watch in self.watches, "a promise that nothing looks at"
        else:
            assert request.rating is None

    def _saves(self, change: Change) -> None:
        before, after = self.request, change.request
        assert after is not None
        if after.is_over and not before.is_over:
            self._is_rightly_over(before, after, change)
        self.chat.requests[NUMBER] = saved(after)
        for answer in change.answers:
            self.answers.setdefault((answer.what, answer.attempt), answer)
        self.watches += [effect.watch for effect in change.effects if effect.watch]
        self.events += [change.event] if change.event else []
        for effect in change.effects:
            if effect.start_generation:
                self.executions[effect.start_generation] = Execution()

    def _is_rightly_over(
        self, before: ServiceRequest, after: ServiceRequest, change: Change
    ) -> None:
        """Whoever still waited for it is told; nobody closes what is to be done again."""
        who = change.event.who if change.event else "system"
        told = {effect.notice.agency for effect in change.effects if effect.notice}
        if before.is_with_agency and who != before.agency_responsible:
            assert before.agency_responsible in told, "the agency is told that it is gone"
        if who == "system":
            assert before.status is Status.SOLVED
            rating = before.rating or GOOD_RATING
            assert rating >= GOOD_RATING or before.reopened, "a first bad rating closes nothing"
        elif who != "citizen":
            assert any(effect.say for effect in change.effects), "the citizen is told why"

    def _step(self, execution: Execution) -> None:
        if execution.state is None:
            return
        change = execution.step(self.request, self.answers, self.chat.now)
        if change and change.request != self.request:
            self._saves(change)

    def _repair(self) -> None:
        request = self.request
        if not request.is_over and self.executions[request.generation].state is None:
            following = request.next_generation()
            self.chat.requests[NUMBER] = saved(following)
            self.executions[following.generation] = Execution()


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=TALES,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)
