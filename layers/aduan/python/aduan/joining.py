"""Reports of one and the same matter: how they are known, and how one follows another.

One of them, the lead, has the workflow, the agency and the officers' page. Each of the others keeps its number,
its words and its reporter; how it stands is read from the lead at any time: there is no second truth to keep.
Nobody learns anything of who else has reported, and nothing that others wrote or sent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from math import cos, floor, radians
from typing import TYPE_CHECKING

from aduan.change import (
    Answer,
    Change,
    Effect,
    Event,
    Followers,
    Spot,
    answer_agency_wait,
    start_lifecycle,
    tell_agency,
    tell_head,
)
from aduan.geo import M_PER_DEGREE, distance_m
from aduan.service_request import ServiceRequest, Status

if TYPE_CHECKING:
    from aduan.jurisdiction import Jurisdiction

CELL_DEGREES = 0.004  # some 440 m: a circle of `near_m` around a point touches four cells at most
_MOST_PLACES = 3
_AREAS = ("kelurahan", "kecamatan")
_STREET = "street"


# Which reports are about the same matter


def spot_keys(request: ServiceRequest, city: "Jurisdiction") -> tuple[str, ...]:
    """Where a report is found by others of its kind: cells that its surroundings touch, places it names."""
    near_m = city.services[request.service_code].near_m
    if not near_m:
        return ()
    spots = [*_cells(request, near_m), *sorted(_where(request, city).names)[:_MOST_PLACES]]
    return tuple(f"spot#{request.service_code}#{spot}" for spot in spots)


def work_begun(change: Change, before: Mapping[str, ServiceRequest]) -> ServiceRequest | None:
    """The report that is to be worked on at a spot because of this change, and was not there before."""
    request = change.request
    if change.beside and (found := work_begun(change.beside, before)):
        return found
    if request is None or request.joined_to or request.is_over:
        return None
    known = before.get(request.service_request_id)
    same = known is not None and all(
        getattr(known, name) == getattr(request, name)
        for name in ("service_code", "address", "lat", "long", "joined_to", "generation")
    )
    return None if same else request


def at_spots(change: Change, work: ServiceRequest, spots: tuple[Spot, ...]) -> Change:
    """The change, by which that report is found at these spots."""
    if change.request and change.request.service_request_id == work.service_request_id:
        return replace(change, spots=spots)
    return replace(change, beside=at_spots(change.beside, work, spots)) if change.beside else change


def alike(
    request: ServiceRequest, others: Iterable[ServiceRequest], city: "Jurisdiction", at: datetime
) -> tuple[ServiceRequest, ...]:
    """Open reports that may be about the same, those that most have joined first, then the newest."""
    found = [
        other
        for other in others
        if other.may_be_joined
        and _is_young(other, city, at)
        and _is_same_kind(request, other, city)
        and _is_near(request, other, city)
    ]
    found.sort(key=lambda other: other.requested_datetime, reverse=True)
    return tuple(sorted(found, key=lambda other: -other.reporters))


def is_surely_same(request: ServiceRequest, lead: ServiceRequest, city: "Jurisdiction") -> bool:
    """Whether an emergency may join unasked: both are urgent, and at one spot, not just in one street."""
    return request.urgent and lead.urgent and _is_at_one_spot(request, lead, city)


def times_here(
    request: ServiceRequest, others: Iterable[ServiceRequest], city: "Jurisdiction", at: datetime
) -> int:
    """The how manieth report of its kind at its spot it is, of the last weeks, where that is a pattern; else 0.

    Each return of one counts.
    """
    since = at - timedelta(days=int(city.settings["pattern_days"]))
    earlier = sum(
        1 + other.reopened
        for other in others
        if _is_same_kind(request, other, city)
        and other.joined_to is None
        and max(other.requested_datetime, other.reopened_datetime or since) > since
        and _is_at_one_spot(request, other, city)
    )
    times = earlier + 1 + request.reopened
    return times if times >= int(city.settings["pattern_from"]) else 0


def _is_same_kind(request: ServiceRequest, other: ServiceRequest, city: "Jurisdiction") -> bool:
    different = request.service_request_id != other.service_request_id
    comparable = city.services[request.service_code].near_m > 0
    return different and comparable and request.service_code == other.service_code


def _is_young(other: ServiceRequest, city: "Jurisdiction", at: datetime) -> bool:
    hours = city.services[other.service_code].near_hours
    return at - (other.reopened_datetime or other.requested_datetime) <= timedelta(hours=hours)


def _is_near(one: ServiceRequest, other: ServiceRequest, city: "Jurisdiction") -> bool:
    """By their points where both have one; else the same street or landmark, in kelurahan that may be one."""
    distance = _distance_m(one, other)
    if distance is not None:
        return distance <= city.services[one.service_code].near_m
    here, there = _where(one, city), _where(other, city)
    if here.areas and there.areas and not here.areas & there.areas:
        return False
    if here.landmarks and there.landmarks:
        return bool(here.landmarks & there.landmarks)
    return bool(here.names & there.names)


def _is_at_one_spot(one: ServiceRequest, other: ServiceRequest, city: "Jurisdiction") -> bool:
    if not _is_near(one, other, city):
        return False
    landmarks = _where(one, city).landmarks & _where(other, city).landmarks
    return _distance_m(one, other) is not None or bool(landmarks)


def _distance_m(one: ServiceRequest, other: ServiceRequest) -> float | None:
    points = (one.lat, one.long, other.lat, other.long)
    return distance_m(*points) if None not in points else None  # type: ignore[arg-type]


def _cells(request: ServiceRequest, near_m: int) -> list[str]:
    if request.lat is None or request.long is None:
        return []
    north = near_m / M_PER_DEGREE
    east = north / cos(radians(request.lat))
    rows = {floor((request.lat + side * north) / CELL_DEGREES) for side in (-1, 1)}
    columns = {floor((request.long + side * east) / CELL_DEGREES) for side in (-1, 1)}
    return [f"{row},{column}" for row in sorted(rows) for column in sorted(columns)]


@dataclass(frozen=True)
class _Where:
    """The streets and landmarks that words name, the landmarks among them, the kelurahan that are possible."""

    names: frozenset[str]
    landmarks: frozenset[str]
    areas: frozenset[str]


def _where(request: ServiceRequest, city: "Jurisdiction") -> _Where:
    named = _named(request.address or "", city.jurisdiction_id)
    if request.area is None:
        return named
    codes = frozenset(area.code for area in city.areas if area.name == request.area)
    return replace(named, areas=codes or named.areas)


@cache
def _named(words: str, jurisdiction_id: str) -> _Where:
    from aduan.understanding import knowledge
    from aduan.understanding.gazetteer import OUTSIDE
    from aduan.understanding.words import tokens_of

    matches = knowledge.words(jurisdiction_id).gazetteer.find(tokens_of(words)) if words else []
    places = [match.place for match in matches if match.place.kind != OUTSIDE]
    said = [place for place in places if place.kind in _AREAS]
    named = [place for place in places if place.kind not in _AREAS]
    areas = [frozenset(place.areas) for place in said or named if place.areas]
    common = frozenset.intersection(*areas) if areas else frozenset()
    return _Where(
        names=frozenset(place.name for place in named),
        landmarks=frozenset(place.name for place in named if place.kind != _STREET),
        areas=common or frozenset().union(*areas),
    )


# How one follows another

# What of a report that follows is its own; all else is the lead's.
_OWN = (
    "service_request_id citizen_id channel jurisdiction_id requested_datetime said photo_ids recording_ids "
    "address lat long area reason joined_to continues generation version"
).split()
_MAY_CHANGE = (
    "said photo_ids recording_ids address lat long area reason rating agency_responsible updated_datetime"
).split()


def seen_by_reporter(
    request: ServiceRequest, known: Mapping[str, ServiceRequest]
) -> ServiceRequest:
    """A report as its reporter sees it: one that follows stands as its lead does; one taken back is over."""
    lead = known.get(request.joined_to or "")
    if request.status is Status.JOINED and lead:
        number = request.service_request_id
        own = {name: getattr(request, name) for name in _OWN}
        return replace(
            lead,
            **own,
            rating=request.rating if number in lead.rated_by else None,
            questions=lead.questions if lead.speaker == number else (),
            joined=0,
            rated_by=(),
            left=False,
        )
    return replace(request, status=Status.CLOSED) if request.left else request


def kept(change: Change, known: Mapping[str, ServiceRequest]) -> Change:
    """A change to a report as its reporter sees it, in terms of the report that follows and its lead."""
    seen = change.request
    before = known.get(seen.service_request_id) if seen else None
    lead = known.get(before.joined_to or "") if before else None
    if seen is None or before is None or lead is None or seen.joined_to is None:
        return change
    changes = {name: getattr(seen, name) for name in _MAY_CHANGE}
    beside = change.beside
    if beside is None and lead.speaker == seen.service_request_id and seen.questions:
        answered = replace(lead, questions=seen.questions, updated_datetime=seen.updated_datetime)
        beside = Change(request=answered) if seen.questions != lead.questions else None
    return replace(change, request=replace(before, **changes), beside=beside)


def joined(
    request: ServiceRequest, lead: ServiceRequest, event: Event, city: "Jurisdiction"
) -> Change:
    """A new report that follows another from the beginning; of an emergency the agency hears what is said."""
    following = replace(request, status=Status.JOINED, joined_to=lead.service_request_id)
    effects = look_how_many(following, lead, city)
    if request.urgent:
        effects += tell_agency(_following(following, lead), "joined")
    return Change(request=following, event=event, joins=lead, effects=effects)


def look_how_many(
    request: ServiceRequest, lead: ServiceRequest, city: "Jurisdiction"
) -> tuple[Effect, ...]:
    """Where so many can make it urgent, it is looked at how many they are now."""
    if lead.urgent or not city.services[lead.service_code].urgent_from:
        return ()
    number = lead.service_request_id
    name = f"many#{number}#{request.service_request_id}#{request.version + 1}"
    return (Effect(name=name, service_request_id=number, followers=Followers()),)


def raised_by_many(
    lead: ServiceRequest, events: Iterable[Event], city: "Jurisdiction", at: datetime
) -> Change | None:
    """So many have reported it that it is urgent: once; what an operator lowered after stays low."""
    many = city.services[lead.service_code].urgent_from
    if lead.urgent or lead.is_over or not many or lead.reporters < many:
        return None
    if any(event.what == "raised_by_many" for event in events):
        return None
    return Change(
        request=lead.with_urgency(True, at),
        event=Event(what="raised_by_many", who="system", at=at, notes=str(lead.reporters)),
        effects=tell_agency(lead, "raised_by_many") if lead.is_with_agency else (),
    )


def parted(
    request: ServiceRequest, lead: ServiceRequest, event: Event, *, service_code: str = ""
) -> Change:
    """A report is another matter after all: it goes its own way from the beginning."""
    alone = request.part(event.at, service_code=service_code)
    return Change(request=alone, event=event, leaves=lead, effects=(start_lifecycle(alone),))


def taken_back(request: ServiceRequest, lead: ServiceRequest, at: datetime) -> Change:
    """One who joined takes it back: the others go on; where nobody is left, nor does the work."""
    event = Event(what="withdrawn", who="citizen", at=at)
    change = Change(request=replace(request.withdraw(at), joined_to=None), event=event, leaves=lead)
    if lead.reporters > 1 or not lead.is_with_agency:
        return change
    nobody = Change(
        request=replace(lead.withdraw(at), joined=lead.joined - 1),
        event=event,
        effects=tell_agency(lead, "withdrawn"),
        answers=answer_agency_wait(lead, error="WithdrawnError"),
    )
    return replace(change, beside=nobody)


def rated(
    request: ServiceRequest, lead: ServiceRequest, rating: int, reason: str, at: datetime
) -> Change:
    """A rating by one who joined: a bad one opens the work again, good ones close it once all have rated."""
    number = request.service_request_id
    following = lead.rated_by_another(number, rating, at)
    if following.status is Status.REOPENED and reason:
        following = following.with_reason(reason, at)
    own = replace(
        request,
        rating=rating,
        reason=reason or request.reason,
        agency_responsible=lead.agency_responsible,
        updated_datetime=at,
    )
    return Change(
        request=own,
        event=Event(what="rated", who="citizen", at=at, notes=str(rating)),
        beside=Change(
            request=following,
            event=Event(what="rated_by_another", who="citizen", at=at, notes=str(rating)),
            effects=tell_head(lead, "reopened") if following.status is Status.REOPENED else (),
            answers=answers_to_rating(following, reason),
        ),
    )


def answers_to_rating(rated: ServiceRequest, reason: str) -> tuple[Answer, ...]:
    """What the workflow hears of a rating: it goes on when the work is to be done again, or all have rated."""
    attempt = rated.attempt
    if rated.status is Status.REOPENED:
        given = (Answer(what="reason", attempt=attempt, outcome="given"),) if reason else ()
        return (Answer(what="rating", attempt=attempt, outcome="reopen"), *given)
    return (
        (Answer(what="rating", attempt=attempt, outcome="close"),) if rated.is_rated_by_all else ()
    )


# What those hear who joined

# Words for one person alone: of the command centre, or about a report's own way.
_FOR_ONE = frozenset({"desk_says", "merged", "parted"})
_QUESTIONS = frozenset({"asked", "not_found"})


def effects_for_all(change: Change) -> tuple[Effect, ...]:
    """What follows from a change, with news of the report for those who joined it as well.

    A question is for its reporter alone, or for the next in line where that one has taken it back.
    """
    request = change.request
    if request is None or not (request.joined or request.left):
        return change.effects
    number, effects = request.service_request_id, []
    for effect in change.effects:
        is_news = effect.say and effect.name.startswith(f"say#{number}#")
        if not is_news or effect.say is None:
            effects.append(effect)
            continue
        text = effect.say.text
        if not request.left:
            effects.append(effect)
        for_next = text in _QUESTIONS and request.left
        if request.joined and (for_next or text not in _FOR_ONE | _QUESTIONS):
            name = f"inform#{number}#{request.version + 1}#{text}"
            followers = Followers(first_alone=for_next)
            effects.append(
                Effect(name=name, say=effect.say, service_request_id=number, followers=followers)
            )
    return tuple(effects)


def told(
    request: ServiceRequest, lead: ServiceRequest, effect: Effect, city: "Jurisdiction"
) -> Effect | None:
    """News of the lead in the words of one that follows it: with its own number and place, and nothing else."""
    from aduan import wording

    say, number = effect.say, request.service_request_id
    if say is None or request.joined_to != lead.service_request_id:
        return None
    if say.text == "ask_rating" and number in lead.rated_by:
        return None
    own = wording.about(replace(request, agency_responsible=lead.agency_responsible), city)
    fields = say.fields | {name: own[name] for name in ("number", "place") if name in say.fields}
    if say.fields.get("doubt") == city.messages["doubts"]["reporters"]:
        fields["doubt"] = str(city.messages["doubts"]["another"])
    choices = tuple(
        replace(each, payload=each.payload.replace(lead.service_request_id, number))
        for each in say.choices
    )
    version = effect.name.split("#")[2]  # of the lead
    return Effect(
        name=f"say#{number}#{version}#{say.text}",
        say=replace(say, fields=fields, choices=choices),
        to=request.citizen_id,
        service_request_id=number,
    )


def next_page(effect: Effect, after: str) -> Effect:
    """The same news for those who come after."""
    name = f"{effect.name.partition('@')[0]}@{after.rpartition('#')[2]}"
    return replace(effect, name=name, followers=Followers(after=after))


def spoken_for(lead: ServiceRequest, request: ServiceRequest) -> Change:
    """The reporter of that report is asked from now on what an officer wants to know."""
    return Change(request=replace(lead, speaker=request.service_request_id))


def _following(request: ServiceRequest, lead: ServiceRequest) -> ServiceRequest:
    return seen_by_reporter(request, {lead.service_request_id: lead})
