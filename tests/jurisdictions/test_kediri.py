"""The configuration of a city has the shape that the code expects, and hangs together."""

import tomllib
from importlib.resources import files
from string import Formatter
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from aduan.message import Channel
from aduan.service_request import Status
from tests.builders import KEDIRI

FOLDER = files("jurisdictions") / "kediri"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ServiceRow(Strict):
    service_code: str = Field(pattern=r"^[a-z_]+$")
    service_name: str = Field(min_length=3, max_length=20)
    description: str = Field(min_length=3, max_length=72)
    agency_responsible: str
    urgency: str = Field(pattern="^(normal|emergency)$")
    hours_to_solve: int = Field(gt=0, le=24 * 60)
    strong: list[str]
    keywords: list[str]


class AgencyRow(Strict):
    name: str = Field(min_length=3, max_length=30)
    full_name: str
    does: str


class Settings(Strict):
    jurisdiction_id: str
    name: str
    neighbour: str
    desk: str
    time_zone: str
    default_agency: str
    privacy_url: str = Field(pattern="^https://")
    refusals_before_command_centre: int = Field(gt=0)
    words_of_past: list[str]
    danger_words: list[str]


def toml(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def test_every_row_has_the_right_shape() -> None:
    TypeAdapter(list[ServiceRow]).validate_python(toml("services.toml")["services"])
    TypeAdapter(dict[str, AgencyRow]).validate_python(toml("agencies.toml")["agencies"])
    Settings.model_validate(toml("jurisdiction.toml"))


def test_every_service_names_an_agency_that_exists() -> None:
    named = {service.agency_responsible for service in KEDIRI.services.values()}

    assert named <= KEDIRI.agencies.keys()
    assert KEDIRI.default_agency in KEDIRI.agencies


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
    for channel in Channel:
        assert list(Formatter().parse(KEDIRI.sentence(key, channel)))
