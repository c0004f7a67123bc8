"""Promises of time: what an agency has to keep, when that is looked at, and who hears if it is not kept.

Nothing here moves a report on: an agency's link is as good after a broken promise as before.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from aduan.change import Change, Effect, Event, Notice, Watch
from aduan.jurisdiction import Jurisdiction, Term
from aduan.service_request import Awaited, Promise, ServiceRequest
from aduan.working_time import Span

BROKEN = {Awaited.ACCEPT: "late_to_accept", Awaited.SOLVE: "late_to_solve"}


def term_of(what: str, request: ServiceRequest, city: Jurisdiction) -> Term | None:
    """The most specific term that holds for this report with the agency that has it, or will have it."""
    authority = city.agency_of(request).authority
    urgency = "emergency" if request.urgent else "normal"

    def holds(term: Term) -> bool:
        return (
            term.what == what
            and (not term.service_codes or request.service_code in term.service_codes)
            and (not term.authorities or authority in term.authorities)
            and term.urgency in (None, urgency)
        )

    def specific(term: Term) -> tuple[bool, bool, bool]:
        return bool(term.service_codes), bool(term.authorities), term.urgency is not None

    return max(filter(holds, reversed(city.terms)), key=specific, default=None)


def promises_of(request: ServiceRequest, city: Jurisdiction, at: datetime) -> tuple[Promise, ...]:
    """What the agency has to keep that is told of a report now: to accept from now on, to solve since it came.

    Where that time is over already, because others had it so long, they hear of it a step later.
    """
    since = {
        Awaited.ACCEPT: at,
        Awaited.SOLVE: request.reopened_datetime or request.requested_datetime,
    }
    return tuple(
        Promise(
            what=what,
            since=start,
            due=(due := city.working_time.after(start, term.span)),
            looked_at=due if due > at else _next_step(request, city, at),
        )
        for what, start in since.items()
        if (term := term_of(what, request, city))
    )


def watches(request: ServiceRequest, *which: Awaited) -> tuple[Effect, ...]:
    """The schedules that look at promises (of these kinds; else all) as they stand."""
    return tuple(
        Effect(
            name=f"watch#{watch.name}",
            service_request_id=request.service_request_id,
            watch=watch,
        )
        for promise in request.promises
        if not which or promise.what in which
        if (watch := watch_of(request, promise))
    )


def watch_of(request: ServiceRequest, promise: Promise) -> Watch | None:
    """The schedule that looks at a promise next; its name is the same at every try."""
    if promise.looked_at is None or not request.waits_for(promise.what):
        return None
    beside = request.agency_responsible if request.part_of(request.agency_responsible) else None
    name = f"{request.service_request_id}-{promise.what}-{promise.level}-{request.attempt}"
    if beside:
        name += f"-{beside}"
    return Watch(
        name=f"{name}-{promise.moves}" if promise.moves else name,
        what=promise.what,
        attempt=request.attempt,
        level=promise.level,
        at=promise.looked_at,
        agency=beside,
    )


def promise_watched(request: ServiceRequest, watch: Watch) -> Promise | None:
    """The promise that a schedule is about, unless it came too late or again.

    What has happened by now, is another agency's by now or is known a level further up is nothing to it.
    """
    promise = request.promise(watch.what)
    if promise is None or promise.looked_at is None or not request.waits_for(watch.what):
        return None
    same = (request.attempt, promise.level) == (watch.attempt, watch.level)
    return promise if same else None


def look(request: ServiceRequest, watch: Watch, city: Jurisdiction, at: datetime) -> Change | None:
    """A schedule has come: has the agency kept its promise? None where there is nothing to do.

    The report is as that agency sees it (`companions.seen_by`), and so is the one in the change.
    """
    promise = promise_watched(request, watch)
    if promise is None or promise.looked_at is None or at < promise.looked_at:
        return None
    later = _put_off(request, promise, city)
    if later.looked_at is not None and later.looked_at > at:
        return _watched_later(request, later, at)
    return _broken(request, promise, city, at)


def agencies_to_tell(request: ServiceRequest, city: Jurisdiction) -> Sequence[tuple[str, str]]:
    """The ladder for this report: agency and role, each once (the command centre may have it itself)."""
    authority = city.agency_of(request).authority
    places = {
        "agency": request.agency_responsible or city.default_agency,
        "command_centre": city.default_agency,
    }
    rungs = (r for r in city.ladder if not r.authorities or authority in r.authorities)
    return tuple(dict.fromkeys((places[rung.to], rung.role) for rung in rungs))


def shortened(city: Jurisdiction, terms_s: str) -> Jurisdiction:
    """The city with terms in seconds, for a story that cannot last days: `fire accept 5, fire climb 5`."""
    rows = [row.split() for row in terms_s.split(",") if row.strip()]
    terms = tuple(
        Term(what=what, span=Span(seconds=int(seconds)), service_codes=(code,), urgency=urgency)
        for code, what, seconds in rows
        for urgency in ("normal", "emergency")
    )
    return replace(city, terms=(*city.terms, *terms)) if terms else city


def _put_off(request: ServiceRequest, promise: Promise, city: Jurisdiction) -> Promise:
    """The promise with what has become known since: a holiday added late, a delay announced in time."""
    term = term_of(promise.what, request, city)
    if promise.level or term is None:
        return promise
    due = max(promise.due, city.working_time.after(promise.since, term.span))
    announced = request.delayed_until if promise.what is Awaited.SOLVE else None
    looked_at = max(filter(None, (promise.looked_at, due, announced)))
    return replace(promise, due=due, looked_at=looked_at, moves=promise.moves + 1)


def _watched_later(request: ServiceRequest, promise: Promise, at: datetime) -> Change:
    later = request.with_promise(promise)
    event = Event(what="deadline_moved", who="system", at=at, notes=_iso(promise.looked_at))
    return Change(request=later, event=event, effects=watches(later, promise.what))


def _broken(request: ServiceRequest, promise: Promise, city: Jurisdiction, at: datetime) -> Change:
    ladder = agencies_to_tell(request, city)
    agency, role = ladder[min(promise.level, len(ladder) - 1)]
    level = promise.level + 1
    looked_at = _next_step(request, city, at) if level < len(ladder) else None
    late = request.with_promise(replace(promise, level=level, looked_at=looked_at))
    what = BROKEN[promise.what]
    part = request.part_of(request.agency_responsible)
    about = part.agency if part else None
    notice = Effect(
        name=f"notice#{request.service_request_id}#{request.version + 1}",
        service_request_id=request.service_request_id,
        notice=Notice(agency=agency, what=what, role=role, about=about),
    )
    return Change(
        request=late,
        event=Event(what=f"part_{what}" if about else what, who="system", at=at, notes=agency),
        effects=(notice, *watches(late, promise.what)),
    )


def _next_step(request: ServiceRequest, city: Jurisdiction, at: datetime) -> datetime | None:
    term = term_of("climb", request, city)
    return city.working_time.after(at, term.span) if term else None


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""
