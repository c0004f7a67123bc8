"""`make secrets`: into the Parameter Store, and nowhere else."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from infra import put_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_ssm import SSMClient

GIVEN = {
    "WHATSAPP_APP_SECRET": "wa-app-secret",
    "INSTAGRAM_APP_SECRET": "ig-app-secret",
    "WHATSAPP_TOKEN": "wa-token",
    "INSTAGRAM_TOKEN": "ig-token",
}


@pytest.fixture
def ssm(monkeypatch: pytest.MonkeyPatch) -> Iterator[SSMClient]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setattr(sys, "argv", ["put_secrets", "--stage", "training"])
    for name in GIVEN:
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        yield boto3.client("ssm", region_name="ap-southeast-3")


def stored(ssm: SSMClient) -> dict[str, str]:
    found = ssm.get_parameters_by_path(Path="/aduan/training/", WithDecryption=True)["Parameters"]
    return {parameter["Name"].rpartition("/")[2]: parameter["Value"] for parameter in found}


def test_what_the_environment_gives_is_stored_enciphered_and_not_shown(
    ssm: SSMClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)

    put_secrets.main()

    kept = stored(ssm)
    shown = capsys.readouterr().out
    assert {name: kept[name] for name in put_secrets.FROM_META} == {
        name.lower().replace("_", "-"): value for name, value in GIVEN.items()
    }
    kinds = ssm.describe_parameters()["Parameters"]
    assert {parameter["Type"] for parameter in kinds} == {"SecureString"}
    assert [value for value in kept.values() if value in shown] == [kept["verify-token"]]


def test_a_second_time_keeps_what_was_made_up(ssm: SSMClient) -> None:
    put_secrets.main()
    before = stored(ssm)
    put_secrets.main()

    assert set(before) == {"verify-token", "link-key"}
    assert stored(ssm) == before


def test_what_is_missing_is_named(ssm: SSMClient, capsys: pytest.CaptureFixture[str]) -> None:
    put_secrets.main()

    assert "/aduan/training/whatsapp-token is still missing" in capsys.readouterr().out
