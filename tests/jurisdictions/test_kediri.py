"""The configuration of a city has the shape that the code expects, and hangs together."""

import csv
import tomllib
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any, Literal, Self

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from aduan.change import Notice
from aduan.command_centre.figures import Kind
from aduan.deadline import term_of
from aduan.jurisdiction import OTHER
from aduan.message import CHATS
from aduan.meta.rendering import WHATSAPP_ROWS
from aduan.service_request import Status
from tests.builders import KEDIRI, a_service_request

FOLDER = files("jurisdictions") / "kediri"
# The desk's list of service codes, by which messages are labelled as well.
with (Path(__file__).parent / "service_codes.csv").open(encoding="utf-8") as desk_list:
    DESK_LIST = list(csv.DictReader(desk_list))


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


News = Literal["accepted", "in_progress", "solved"]


class ServiceRow(Strict):
    service_code: str = Field(pattern=r"^[a-z_]+$")
    service_name: str = Field(min_length=3, max_length=20)
    description: str = Field(min_length=3, max_length=72)
    group: str | None = None
    agency_responsible: str
    also_responsible: list[str] = []
    urgency: str = Field(pattern="^(normal|emergency)$")
    needs_photo: bool = True
    ask_place: str | None = Field(default=None, pattern=r"\?$")
    tell: list[News] = ["solved"]
    near_m: int = Field(default=0, ge=10, le=200)  # a circle of it touches four cells at most
    near_hours: int = Field(default=0, ge=1)
    urgent_from: int = Field(default=0, ge=3)


class GroupRow(Strict):
    name: str = Field(min_length=3, max_length=20)
    description: str = Field(min_length=3, max_length=72)


Authority = Literal["city", "city_company", "police", "state_company", "province", "national"]


class AgencyRow(Strict):
    name: str = Field(min_length=3, max_length=30)
    full_name: str
    authority: Authority
    does: str
    contact: str | None = None


class TermRow(Strict):
    what: Literal["accept", "solve", "climb", "remind"]
    service_codes: list[str] = []
    authorities: list[Authority] = []
    urgency: Literal["normal", "emergency"] | None = None
    minutes: int = Field(default=0, ge=0)
    hours: int = Field(default=0, ge=0)
    working_hours: int = Field(default=0, ge=0)
    working_days: int = Field(default=0, ge=0)
    by: str = ""
    source: str | None = Field(default=None, pattern="^https?://")
    to_confirm: bool = False

    @model_validator(mode="after")
    def has_one_measure_and_a_source_or_none(self) -> Self:
        measures = (self.minutes, self.hours, self.working_hours, self.working_days)
        assert len([each for each in measures if each]) == 1
        assert self.to_confirm == (self.source is None)
        assert bool(self.by) == (self.source is not None)
        return self


class RungRow(Strict):
    to: Literal["agency", "command_centre"]
    role: str
    authorities: list[Authority] = []


class Rating(Strict):
    close_after_hours: int = Field(gt=0)


class Promises(Strict):
    terms: list[TermRow]
    ladder: list[RungRow]
    rating: Rating


class HolidayYear(Strict):
    year: int
    decree: str
    source: str = Field(pattern="^https://")
    holidays: dict[str, str]
    joint_leave: dict[str, str]
    added: dict[str, str] = {}

    @model_validator(mode="after")
    def has_days_of_its_own_year_once(self) -> Self:
        days = [*self.holidays, *self.joint_leave, *self.added]
        assert {date.fromisoformat(day).year for day in days} == {self.year}
        assert len(set(days)) == len(days)
        return self


class Calendar(Strict):
    hours: dict[str, str | list[str]]
    years: list[HolidayYear]


class Settings(Strict):
    jurisdiction_id: str
    name: str
    neighbour: str
    desk: str
    command_centre: str
    time_zone: str
    default_agency: str
    privacy_url: str = Field(pattern="^https://")
    refusals_before_command_centre: int = Field(gt=0)
    messages_a_minute: int = Field(ge=10)
    messages_a_day: int = Field(ge=100)
    reports_a_day: int = Field(gt=0)
    contacts_a_day: int = Field(gt=0)
    contacts_a_day_in_all: int = Field(gt=0)
    comes_back_days: int = Field(gt=0)
    pattern_from: int = Field(ge=2)
    pattern_days: int = Field(gt=0)
    quiet_from: int = Field(ge=12, le=24)
    quiet_until: int = Field(ge=0, lt=12)
    offered_first: list[str]
    tell_when_urgent: list[News]


def toml(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def test_every_row_has_the_right_shape() -> None:
    TypeAdapter(list[ServiceRow]).validate_python(toml("services.toml")["services"])
    TypeAdapter(dict[str, GroupRow]).validate_python(toml("services.toml")["groups"])
    TypeAdapter(dict[str, AgencyRow]).validate_python(toml("agencies.toml")["agencies"])
    Settings.model_validate(toml("jurisdiction.toml"))
    Promises.model_validate(toml("promises.toml"))
    Calendar.model_validate(toml("calendar.toml"))


def test_the_list_of_calls_has_one_meaning_for_each_word() -> None:
    known = toml("calls.toml")
    words = [word for each in known["kinds"].values() for word in each]
    names = [name for each in known["columns"].values() for name in each]

    assert {*Kind, "report", "broke_off"} == known["kinds"].keys()
    assert {"day", "kind", "count"} == known["columns"].keys()
    assert len(set(words)) == len(words)
    assert len(set(names)) == len(names)
    assert all(word == word.strip().lower() for word in (*words, *names))


@pytest.mark.parametrize("what", ["accept", "solve", "climb", "remind"])
@pytest.mark.parametrize("urgent", [True, False])
def test_every_service_with_every_agency_has_a_term_for_everything(what: str, urgent: bool) -> None:
    for code in KEDIRI.services:
        for agency in KEDIRI.agencies:
            request = a_service_request(service_code=code, agency_responsible=agency, urgent=urgent)
            assert term_of(what, request, KEDIRI) is not None


def test_a_term_speaks_of_services_that_exist_and_a_rung_of_a_role_that_can_be_addressed() -> None:
    for term in KEDIRI.terms:
        assert set(term.service_codes) <= KEDIRI.services.keys()
    roles = {rung.role for rung in KEDIRI.ladder} | {Notice(agency="", what="").role}
    assert roles == KEDIRI.agency_texts["roles"].keys()


@pytest.mark.parametrize(("year", "holidays", "joint_leave"), [(2026, 17, 8), (2027, 18, 8)])
def test_a_year_has_as_many_days_off_as_the_ministers_counted(
    year: int, holidays: int, joint_leave: int
) -> None:
    (found,) = [each for each in toml("calendar.toml")["years"] if each["year"] == year]

    assert (len(found["holidays"]), len(found["joint_leave"])) == (holidays, joint_leave)


def test_a_week_of_work_is_as_long_as_the_law_says() -> None:
    """37 hours and 30 minutes, breaks of an hour and on Fridays of an hour and a half not counted."""
    day = date(2026, 11, 24)
    hours = KEDIRI.working_time.hours
    open_h = sum(
        (datetime.combine(day, closes) - datetime.combine(day, opens)).total_seconds() / 3600
        for opens, closes in hours.values()
    )

    assert open_h - 4 * 1 - 1.5 == 37.5


def test_what_can_be_reported_is_the_desks_own_list_and_as_urgent() -> None:
    """Without `not_a_report`, which is no service."""
    desk = {row["service_code"]: row["urgency_by_default"] for row in DESK_LIST}
    del desk["not_a_report"]

    assert {code: service.urgency for code, service in KEDIRI.services.items()} == desk


def test_a_service_has_the_desks_own_name_where_a_button_can_hold_it() -> None:
    named = {row["service_code"]: row["name_id"] for row in DESK_LIST}
    ours = {code: service.service_name for code, service in KEDIRI.services.items()}

    assert {code for code, name in ours.items() if name != named[code]} == {
        "street_light",  # Penerangan jalan umum
        "traffic_accident",  # Kecelakaan lalu lintas
        "civil_registration",  # Administrasi kependudukan
        "clean_water",  # whose tap water it is
    }


def test_every_service_names_agencies_that_exist() -> None:
    for service in KEDIRI.services.values():
        assert {service.agency_responsible, *service.also_responsible} <= KEDIRI.agencies.keys()
        assert service.agency_responsible not in service.also_responsible
    assert KEDIRI.default_agency in KEDIRI.agencies


def test_every_service_can_be_chosen_by_its_group() -> None:
    for code, service in KEDIRI.services.items():
        assert code == OTHER or service in KEDIRI.services_of(service.group or "")
    emergencies = {each.urgency for each in KEDIRI.services_of("emergency")[:-1]}
    assert emergencies == {"emergency"}


def test_nobody_in_danger_is_asked_for_a_photo() -> None:
    emergencies = [each for each in KEDIRI.services.values() if each.urgency == "emergency"]

    assert not any(service.needs_photo for service in emergencies)


def test_every_reporter_hears_that_it_was_solved_and_is_asked_for_a_rating() -> None:
    assert all("solved" in service.tell for service in KEDIRI.services.values())


def test_no_list_is_longer_than_whatsapp_takes() -> None:
    """Ten rows: what is reported most, with two doors to the rest; the groups, and a group, with "other"."""
    assert len(KEDIRI.services_to_offer()) + 2 <= WHATSAPP_ROWS
    assert len(KEDIRI.groups) + 1 <= WHATSAPP_ROWS
    for group_id in KEDIRI.groups:
        assert 3 <= len(KEDIRI.services_of(group_id)) <= WHATSAPP_ROWS


def test_among_likely_services_at_most_three_are_offered_and_always_other() -> None:
    likely = ("parking", OTHER, "waste", "drainage", "flood")
    offered = [service.service_code for service in KEDIRI.services_to_offer(likely)]

    assert offered == ["parking", "waste", "drainage", OTHER]


def test_every_state_can_be_told_to_citizens_and_officers() -> None:
    assert KEDIRI.messages["status"].keys() == set(Status)
    assert KEDIRI.agency_texts["states"].keys() == set(Status)


@pytest.mark.parametrize("key", KEDIRI.messages["texts"])
def test_every_sentence_can_be_said_on_every_channel(key: str) -> None:
    for channel in CHATS:
        assert list(Formatter().parse(KEDIRI.sentence(key, channel)))
