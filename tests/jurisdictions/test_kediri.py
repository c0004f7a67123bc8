"""The configuration of a city has the shape that the code expects, and hangs together."""

import csv
import tomllib
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from aduan.jurisdiction import OTHER
from aduan.message import CHATS
from aduan.meta.rendering import WHATSAPP_ROWS
from aduan.service_request import Status
from tests.builders import KEDIRI

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
    strong: list[str]
    keywords: list[str]
    hours_to_solve: int | None = Field(default=None, gt=0, le=24 * 60)
    needs_photo: bool = True
    ask_place: str | None = Field(default=None, pattern=r"\?$")
    tell: list[News] = ["solved"]


class GroupRow(Strict):
    name: str = Field(min_length=3, max_length=20)
    description: str = Field(min_length=3, max_length=72)


class AgencyRow(Strict):
    name: str = Field(min_length=3, max_length=30)
    full_name: str
    authority: Literal["city", "city_company", "police", "state_company", "province", "national"]
    does: str
    contact: str | None = None


class Deadline(Strict):
    working_days: int = Field(gt=0)
    by: str
    source: str = Field(pattern="^https://")


class Settings(Strict):
    jurisdiction_id: str
    name: str
    desk: str
    command_centre: str
    time_zone: str
    default_agency: str
    privacy_url: str = Field(pattern="^https://")
    refusals_before_command_centre: int = Field(gt=0)
    messages_a_minute: int = Field(ge=10)
    reports_a_day: int = Field(gt=0)
    quiet_from: int = Field(ge=12, le=24)
    quiet_until: int = Field(ge=0, lt=12)
    offered_first: list[str]
    tell_when_urgent: list[News]
    words_of_past: list[str]
    danger_words: list[str]
    deadline: Deadline


def toml(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def test_every_row_has_the_right_shape() -> None:
    TypeAdapter(list[ServiceRow]).validate_python(toml("services.toml")["services"])
    TypeAdapter(dict[str, GroupRow]).validate_python(toml("services.toml")["groups"])
    TypeAdapter(dict[str, AgencyRow]).validate_python(toml("agencies.toml")["agencies"])
    Settings.model_validate(toml("jurisdiction.toml"))


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


def test_every_keyword_is_written_as_it_is_matched() -> None:
    for service in KEDIRI.services.values():
        for phrase in (*service.strong, *service.keywords):
            assert phrase == phrase.lower().strip(), phrase
    assert [phrase.lower().strip() for phrase in KEDIRI.danger_words] == KEDIRI.danger_words


def test_no_phrase_is_strong_for_two_services() -> None:
    phrases = [phrase for service in KEDIRI.services.values() for phrase in service.strong]

    assert len(phrases) == len(set(phrases))


def test_every_state_can_be_told_to_citizens_and_officers() -> None:
    assert KEDIRI.messages["status"].keys() == set(Status)
    assert KEDIRI.agency_texts["states"].keys() == set(Status)


@pytest.mark.parametrize("key", KEDIRI.messages["texts"])
def test_every_sentence_can_be_said_on_every_channel(key: str) -> None:
    for channel in CHATS:
        assert list(Formatter().parse(KEDIRI.sentence(key, channel)))
