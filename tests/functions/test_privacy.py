"""Nobody is kept for longer than the city says, and nobody comes back from a backup."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from aduan import retention
from aduan.aws.clients import client
from aduan.aws.conversation_table import ConversationTable
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.aws.vault_rekeying import VaultRekeyer
from aduan.aws.vault_table import VaultEraser, VaultReader, VaultWriter
from aduan.change import Change
from aduan.conversation import Conversation
from aduan.message import Channel, Sender
from aduan.service_request import Status
from infra import rekey, restore
from tests.builders import CITIZEN, STRANGER, a_sender, a_service_request
from tests.cloud import Cloud, a_queue_record, plain
from tests.functions.conftest import Loader, Output

NOW = datetime.now(UTC)
LONG_AGO = NOW - retention.load("kediri")["citizen"].time - timedelta(days=2)


def wrote_last(cloud: Cloud, citizen: str, at: datetime, **more: Any) -> None:
    chat = Conversation(citizen_id=citizen, channel=Channel.WHATSAPP, last_inbound_at=at, **more)
    ConversationTable(cloud.reports).save_conversation(chat, Change(), at=at)


def to_be_forgotten(cloud: Cloud) -> list[str]:
    return [e["to"] for e in map(plain, cloud.effects()) if e.get("erase")]


# Retention


def test_whoever_has_been_gone_for_long_is_forgotten_as_if_they_had_asked(
    function: Loader, cloud: Cloud
) -> None:
    wrote_last(cloud, CITIZEN, LONG_AGO, also=("before",))
    wrote_last(cloud, STRANGER, NOW)
    over = {"status": Status.CLOSED, "updated_datetime": LONG_AGO}
    cloud.keeps(a_service_request(citizen_id="called 112", **over))

    assert function("forget_inactive")({}) == {"forgotten": 3}
    assert sorted(to_be_forgotten(cloud)) == ["before", "called 112", CITIZEN]


def test_whose_report_is_open_or_whose_number_changed_is_not_forgotten(
    function: Loader, cloud: Cloud
) -> None:
    wrote_last(cloud, CITIZEN, LONG_AGO)
    cloud.keeps(a_service_request(updated_datetime=LONG_AGO))
    wrote_last(cloud, STRANGER, NOW, also=("their former number",))
    old = {"status": Status.CLOSED, "updated_datetime": LONG_AGO, "service_request_id": "2" * 12}
    cloud.keeps(a_service_request(citizen_id="their former number", **old))

    assert function("forget_inactive")({}) == {"forgotten": 0}


def test_a_second_run_of_the_same_night_asks_for_nothing_new(
    function: Loader, cloud: Cloud
) -> None:
    wrote_last(cloud, CITIZEN, LONG_AGO)
    sweep = function("forget_inactive")
    sweep({})
    sweep({})

    assert to_be_forgotten(cloud) == [CITIZEN]


# Backups


def backed_up(cloud: Cloud, into: str) -> None:
    """The table as DynamoDB restores it: a new one, with what was there at the time."""
    db = client("dynamodb")
    backup = db.create_backup(TableName=cloud.reports, BackupName="before")["BackupDetails"]
    db.restore_table_from_backup(TargetTableName=into, BackupArn=backup["BackupArn"])


def test_a_restored_backup_brings_back_what_was_lost_and_nobody_who_was_forgotten(
    function: Loader, cloud: Cloud
) -> None:
    mine, theirs = "1" * 12, "2" * 12
    wrote_last(cloud, CITIZEN, NOW)
    cloud.keeps(a_service_request(service_request_id=mine, description="rumah saya di sini"))
    cloud.keeps(a_service_request(service_request_id=theirs, citizen_id=STRANGER))
    backed_up(cloud, "restored")
    there = len(cloud.items(cloud.reports))
    erase = function("erase_citizen")
    asked = {"name": "erase#1", "erase": True, "to": CITIZEN}
    erase({"Records": [a_queue_record(json.dumps(asked), at=NOW)]})
    for item in cloud.items(cloud.reports):  # and then everything is lost
        client("dynamodb").delete_item(
            TableName=cloud.reports, Key={"PK": item["PK"], "SK": item["SK"]}
        )

    assert restore.copy("restored", cloud.reports) == there
    assert restore.copy("restored", cloud.reports) == 0, "what is there is not written over"
    assert "rumah saya" in str(cloud.items(cloud.reports))
    assert restore.replay_erasures(cloud.photos, "erasures") == 1
    for message in cloud.messages(cloud.erasures):
        erase({"Records": [a_queue_record(json.dumps(message["body"]), at=NOW)]})

    left = str(cloud.items(cloud.reports))
    assert "rumah saya" not in left
    assert CITIZEN not in left
    table = ServiceRequestTable(cloud.reports)
    assert table.request(theirs).citizen_id == STRANGER
    assert table.request(mine).address == "Jl. Veteran"


def test_what_was_carried_out_is_not_carried_out_again_by_a_restore(cloud: Cloud) -> None:
    db = client("dynamodb")
    done = {"PK": {"S": "citizen#x"}, "SK": {"S": "effect#say#1"}, "carried_out_at": {"S": "2026"}}
    db.put_item(TableName=cloud.reports, Item=done)
    backed_up(cloud, "restored")
    db.delete_item(TableName=cloud.reports, Key={"PK": done["PK"], "SK": done["SK"]})

    assert restore.copy("restored", cloud.reports) == 0


def test_an_erasure_is_on_the_list_before_anything_is_deleted(
    function: Loader, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(self: VaultEraser, citizen_id: str) -> None:
        raise RuntimeError

    monkeypatch.setattr(VaultEraser, "erase", dies)
    asked = json.dumps({"name": "erase#1", "erase": True, "to": CITIZEN})
    function("erase_citizen")({"Records": [a_queue_record(asked, at=NOW)]})

    assert restore.replay_erasures(cloud.photos, "erasures") == 1


# The vault's key


class Lambda:
    """Plays the service: `rekey_vault` runs here."""

    def __init__(self, handler: Any) -> None:
        self.handler, self.rounds = handler, 0

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        self.rounds += 1
        assert FunctionName == "aduan-test-rekey_vault"
        answer = self.handler(json.loads(Payload))
        return {"Payload": _Body(json.dumps(answer).encode())}


class _Body(bytes):
    def read(self) -> bytes:
        return self


@pytest.fixture
def writer(cloud: Cloud) -> VaultWriter:
    return VaultWriter(cloud.vault, key_id=cloud.vault_key_id, hash_key_id=cloud.hash_key_id)


def citizens(writer: VaultWriter, number: int) -> dict[str, Sender]:
    people = [
        replace(a_sender(), user_id=f"ID.{n}", wa_id=f"628110000{n:04}") for n in range(number)
    ]
    return {writer.citizen(sender): sender for sender in people}


def addresses(cloud: Cloud) -> dict[str, str]:
    items = [plain(item) for item in cloud.items(cloud.vault)]
    return {item["PK"]: item["address"] for item in items if "address" in item}


def run(monkeypatch: pytest.MonkeyPatch, function: Loader, key_id: str) -> Lambda:
    handler = function("rekey_vault", VAULT_KEY_ID=key_id)
    service = Lambda(handler)
    real = boto3.client
    monkeypatch.setattr(
        "infra.rekey.boto3.client",
        lambda name, **more: service if name == "lambda" else real(name, **more),
    )
    monkeypatch.setattr("sys.argv", ["rekey", "--stage", "test", "--round", "autumn", "--only"])
    assert rekey.main() == 0
    return service


def test_every_address_is_under_the_new_key_and_reads_as_before(
    function: Loader, cloud: Cloud, writer: VaultWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, before = citizens(writer, 5), addresses(cloud)
    new_key = client("kms").create_key(Description="the next")["KeyMetadata"]["KeyId"]

    run(monkeypatch, function, new_key)

    after = addresses(cloud)
    assert after.keys() == before.keys()
    assert set(after.values()) & set(before.values()) == set()
    client("kms").disable_key(KeyId=cloud.vault_key_id)
    reader = VaultReader(cloud.vault, key_id=new_key)
    assert {citizen: reader.address(citizen) for citizen in known} == known


def test_a_round_can_be_interrupted_and_is_not_done_twice(
    function: Loader, cloud: Cloud, writer: VaultWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = citizens(writer, 3)
    handler = function("rekey_vault", VAULT_KEY_ID=cloud.vault_key_id)
    first = handler({"round": "autumn"})
    once = addresses(cloud)

    assert first == {"rekeyed": 3, "after": None}
    assert handler({"round": "autumn"})["rekeyed"] == 0
    assert addresses(cloud) == once
    (newcomer,) = citizens(writer, 4).keys() - known.keys()
    assert handler({"round": "autumn"})["rekeyed"] == 1
    assert addresses(cloud)[f"citizen#{newcomer}"]
    assert handler({"round": "winter"})["rekeyed"] == 4


def test_a_round_goes_on_page_by_page(cloud: Cloud, writer: VaultWriter) -> None:
    citizens(writer, 5)
    vault = VaultRekeyer(cloud.vault, key_id=cloud.vault_key_id)
    pages, rekeyed, after, first = 0, 0, None, True
    while first or after:
        page, first = vault.page("autumn", after=after, at_most=3), False
        rekeyed += sum(vault.rekey(item, "autumn") for item in page.items)
        pages, after = pages + 1, page.after

    assert rekeyed == 5
    assert pages > 1


def test_an_address_that_changed_meanwhile_is_left_as_the_citizen_made_it(
    cloud: Cloud, writer: VaultWriter
) -> None:
    (citizen,) = citizens(writer, 1)
    vault = VaultRekeyer(cloud.vault, key_id=cloud.vault_key_id)
    (item,) = vault.page("autumn", after=None, at_most=9).items
    VaultEraser(cloud.vault).erase(citizen)

    assert vault.rekey(item, "autumn") is False
    assert addresses(cloud) == {}


def test_a_round_without_a_name_does_nothing_and_no_address_is_logged(
    function: Loader, cloud: Cloud, writer: VaultWriter, output: Output
) -> None:
    citizens(writer, 2)
    handler = function("rekey_vault", VAULT_KEY_ID=cloud.vault_key_id)

    assert "error" in handler({})
    handler({"round": "autumn"})
    for secret in ("628110000", "ID.0", "ID.1"):
        assert secret not in output.text
