"""What is lost comes back from a backup, and whoever was forgotten meanwhile does not."""

from types import SimpleNamespace
from typing import Any

import pytest

from infra import restore
from tests.stories.city import City, until

pytestmark = pytest.mark.thorough


def test_a_backup_brings_back_a_report_and_nobody_who_was_forgotten(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = SimpleNamespace(client=lambda name, **_: city.client(name))
    monkeypatch.setattr(restore, "boto3", here)
    budi, siti = city.citizen("whatsapp"), city.citizen("whatsapp")
    budi.sends("got mampet di Jl. Dhoho")
    budi.hears("Laporan sudah kami terima")
    siti.sends("pju mati di Jl. Veteran, rumah Bu Cendrawasih")
    siti.hears("Laporan sudah kami terima")
    theirs, hers = budi.hears_number(), siti.hears_number()
    city.officer("dishub", hers)
    reports, siti_id = city.stack["reports_table"], city.request(hers)["citizen_id"]
    until("all to be carried out", lambda: city.is_at_rest() and not city.undone(hers))
    backup_arn = _backup(city, reports)
    siti.sends("HAPUS DATA")
    siti.hears("tidak bisa dikembalikan")
    siti.taps("Ya, hapus")
    until("her to be forgotten", lambda: city.request(hers)["citizen_id"] == "forgotten")
    until("her chat to be gone", lambda: not _chat(city, siti_id))

    key = {"PK": f"request#{theirs.replace('-', '')}", "SK": "request"}
    city.table().delete_item(Key=key)  # a report is lost
    _restore(city, backup_arn, "restored")
    assert restore.copy("restored", reports) > 0
    assert city.request(theirs)["service_code"] == "drainage"
    assert _chat(city, siti_id), "she is back, until the erasures are replayed"
    assert restore.replay_erasures(city.stack["photo_bucket"], "aduan-local-erasures") > 0

    city.client("dynamodb").delete_table(TableName="restored")
    city.client("dynamodb").delete_backup(BackupArn=backup_arn)
    until("her to be forgotten again", lambda: not _chat(city, siti_id))
    assert "Cendrawasih" not in str([i for i in city.items("") if "ended" not in i])
    budi.sends(f"cek {theirs}")
    budi.hears("Jl. Dhoho")


def test_whoever_is_long_gone_is_forgotten_by_night_and_nobody_else(city: City) -> None:
    there = {item["PK"] for item in city.items("citizen#")}
    gone = city.citizen("whatsapp")
    gone.sends("halo")
    gone.hears("Selamat datang")
    (key,) = {item["PK"] for item in city.items("citizen#")} - there
    city.table().update_item(
        Key={"PK": key, "SK": "conversation"},
        UpdateExpression="SET last_inbound_at = :long_ago",
        ExpressionAttributeValues={":long_ago": "2020-01-01T00:00:00+00:00"},
    )

    assert city.runs("forget_inactive", {}) == {"forgotten": 1}
    until("the long gone to be forgotten", lambda: not city.items(key))
    gone.sends("halo")
    gone.hears("Selamat datang")


def _chat(city: City, citizen_id: str) -> list[dict[str, Any]]:
    return [i for i in city.items(f"citizen#{citizen_id}") if i["SK"] == "conversation"]


def _backup(city: City, table: str) -> str:
    answer = city.client("dynamodb").create_backup(TableName=table, BackupName="drill")
    return str(answer["BackupDetails"]["BackupArn"])


def _restore(city: City, backup_arn: str, into: str) -> None:
    db = city.client("dynamodb")
    db.restore_table_from_backup(TargetTableName=into, BackupArn=backup_arn)
    until(
        "the table to be restored",
        lambda: db.describe_table(TableName=into)["Table"]["TableStatus"] == "ACTIVE",
    )
