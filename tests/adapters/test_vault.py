"""The vault: who a citizen is, known nowhere else and readable by `send_message` alone."""

import base64
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aduan.aws.clients import client
from aduan.aws.vault_table import Moved, VaultEraser, VaultReader, VaultWriter
from aduan.errors import NotFoundError, StaleUpdateError
from aduan.message import Channel, Sender
from tests.cloud import Cloud, plain

NUMBER, USER_ID, IGSID = "6281100000001", "ID.13491208655302741918", "1045879001234567"
BOTH = Sender(channel=Channel.WHATSAPP, wa_id=NUMBER, user_id=USER_ID)
NUMBER_ONLY = Sender(channel=Channel.WHATSAPP, wa_id=NUMBER)
USER_ID_ONLY = Sender(channel=Channel.WHATSAPP, user_id=USER_ID)
INSTAGRAM = Sender(channel=Channel.INSTAGRAM, user_id=IGSID)


def a_writer(cloud: Cloud) -> VaultWriter:
    return VaultWriter(cloud.vault, key_id=cloud.vault_key_id, hash_key_id=cloud.hash_key_id)


def a_reader(cloud: Cloud) -> VaultReader:
    return VaultReader(cloud.vault, key_id=cloud.vault_key_id)


@pytest.mark.parametrize("sender", [BOTH, NUMBER_ONLY, USER_ID_ONLY, INSTAGRAM])
def test_who_writes_again_is_the_same_citizen(cloud: Cloud, sender: Sender) -> None:
    first = a_writer(cloud).citizen(sender)

    assert a_writer(cloud).citizen(sender) == first
    assert a_reader(cloud).address(first) == sender


@pytest.mark.parametrize("sender", [NUMBER_ONLY, USER_ID_ONLY])
def test_one_of_two_names_is_enough_to_be_known(cloud: Cloud, sender: Sender) -> None:
    known = a_writer(cloud).citizen(BOTH)

    assert a_writer(cloud).citizen(sender) == known
    assert a_reader(cloud).address(known) == BOTH


@pytest.mark.parametrize("sender", [NUMBER_ONLY, USER_ID_ONLY])
def test_a_second_name_is_added_to_the_citizen_with_one(cloud: Cloud, sender: Sender) -> None:
    first = a_writer(cloud).citizen(sender)

    assert a_writer(cloud).citizen(BOTH) == first
    assert a_writer(cloud).citizen(NUMBER_ONLY) == first
    assert a_writer(cloud).citizen(USER_ID_ONLY) == first
    assert a_reader(cloud).address(first) == BOTH


def test_a_number_that_went_to_somebody_else_does_not_take_their_reports_along(
    cloud: Cloud,
) -> None:
    """Numbers are handed out again; a user id is not."""
    before = a_writer(cloud).citizen(BOTH)
    somebody_else = Sender(channel=Channel.WHATSAPP, wa_id=NUMBER, user_id="ID.99")

    now = a_writer(cloud).citizen(somebody_else)
    assert now != before
    assert a_writer(cloud).citizen(NUMBER_ONLY) == now
    assert a_writer(cloud).citizen(USER_ID_ONLY) == before
    assert a_reader(cloud).address(now) == somebody_else


def test_a_citizen_who_takes_over_a_number_is_reached_there(cloud: Cloud) -> None:
    before = a_writer(cloud).citizen(BOTH)
    other = Sender(channel=Channel.WHATSAPP, user_id="ID.99")
    known = a_writer(cloud).citizen(other)

    moved = Sender(channel=Channel.WHATSAPP, wa_id=NUMBER, user_id="ID.99")
    assert a_writer(cloud).citizen(moved) == known != before
    assert a_reader(cloud).address(known) == moved


def test_the_same_id_on_another_channel_is_another_person(cloud: Cloud) -> None:
    on_whatsapp = Sender(channel=Channel.WHATSAPP, user_id=IGSID)

    assert a_writer(cloud).citizen(INSTAGRAM) != a_writer(cloud).citizen(on_whatsapp)


def test_an_id_says_nothing_about_the_citizen(cloud: Cloud) -> None:
    citizen_id = a_writer(cloud).citizen(BOTH)

    assert citizen_id.isalnum()
    assert NUMBER not in citizen_id


def test_the_vault_holds_no_plain_address(cloud: Cloud) -> None:
    a_writer(cloud).citizen(BOTH)
    a_writer(cloud).citizen(INSTAGRAM)

    for item in cloud.items(cloud.vault):
        values = list(plain(item).values())
        values += [base64.b64decode(plain(item).get("address", ""))]
        for name in (NUMBER, NUMBER[2:], USER_ID, IGSID):
            assert name not in str(values)


def test_an_address_can_be_decrypted_for_its_own_citizen_only(cloud: Cloud) -> None:
    """The encryption context: an address moved to another citizen's row is worth nothing."""
    writer = a_writer(cloud)
    first, second = writer.citizen(BOTH), writer.citizen(INSTAGRAM)
    rows = {plain(item)["PK"]: item for item in cloud.items(cloud.vault)}
    client("dynamodb").put_item(
        TableName=cloud.vault,
        Item=rows[f"citizen#{first}"] | {"PK": {"S": f"citizen#{second}"}},
    )

    with pytest.raises(ClientError, match="InvalidCiphertext"):
        a_reader(cloud).address(second)


def test_a_citizen_who_is_not_in_the_vault_is_not_found(cloud: Cloud) -> None:
    with pytest.raises(NotFoundError):
        a_reader(cloud).address("nobody")


def test_of_two_first_messages_at_once_the_second_looks_again(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = a_writer(cloud)
    look = late._known

    def look_before_the_other_writes(*name: Any) -> Any:
        found = look(*name)
        if found[0]:
            a_writer(cloud).citizen(NUMBER_ONLY)
        return found

    monkeypatch.setattr(late, "_known", look_before_the_other_writes)
    with pytest.raises(StaleUpdateError):
        late.citizen(NUMBER_ONLY)

    assert late.citizen(NUMBER_ONLY) == a_writer(cloud).citizen(NUMBER_ONLY)
    assert len(cloud.items(cloud.vault)) == 2


def test_of_two_second_names_at_once_none_is_lost(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = a_writer(cloud).citizen(NUMBER_ONLY)
    late = a_writer(cloud)
    look = late._known

    def look_before_the_other_writes(*name: Any) -> Any:
        found = look(*name)
        a_writer(cloud).citizen(BOTH)
        return found

    monkeypatch.setattr(late, "_known", look_before_the_other_writes)
    with pytest.raises(StaleUpdateError):
        late.citizen(BOTH)
    assert late.citizen(BOTH) == known


def test_looking_somebody_up_makes_nobody_a_citizen(cloud: Cloud) -> None:
    assert a_writer(cloud).known(BOTH) is None
    assert cloud.items(cloud.vault) == []

    known = a_writer(cloud).citizen(BOTH)
    assert a_writer(cloud).known(NUMBER_ONLY) == known


def test_a_message_in_the_midst_of_an_erasure_leaves_nobody_who_cannot_be_reached(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, eraser = a_writer(cloud), VaultEraser(cloud.vault)
    forgotten = writer.citizen(NUMBER_ONLY)
    look, looks = eraser._rows, 0

    def look_before_a_message_comes(citizen_id: str) -> Any:
        nonlocal looks
        found, looks = look(citizen_id), looks + 1
        if looks == 1:
            assert writer.citizen(BOTH) == forgotten
        return found

    monkeypatch.setattr(eraser, "_rows", look_before_a_message_comes)
    eraser.erase(forgotten)
    assert cloud.items(cloud.vault) == []

    anew = writer.citizen(BOTH)
    assert anew != forgotten
    assert a_reader(cloud).address(anew) == BOTH


def test_whoever_writes_with_a_name_of_somebody_forgotten_is_new(cloud: Cloud) -> None:
    writer = a_writer(cloud)
    forgotten = writer.citizen(USER_ID_ONLY)
    client("dynamodb").delete_item(TableName=cloud.vault, Key={"PK": {"S": f"citizen#{forgotten}"}})

    anew = writer.citizen(BOTH)
    assert anew != forgotten
    assert a_reader(cloud).address(anew) == BOTH
    assert writer.citizen(USER_ID_ONLY) == anew


def test_whoever_was_known_by_a_number_alone_is_not_reached_at_its_next_owners(
    cloud: Cloud,
) -> None:
    before = a_writer(cloud).citizen(NUMBER_ONLY)
    a_writer(cloud).citizen(Sender(channel=Channel.WHATSAPP, user_id="ID.99"))

    a_writer(cloud).citizen(Sender(channel=Channel.WHATSAPP, wa_id=NUMBER, user_id="ID.99"))

    with pytest.raises(NotFoundError):
        a_reader(cloud).address(before)


def test_a_late_change_of_number_does_not_take_over_the_next_owner_of_the_old_one(
    cloud: Cloud,
) -> None:
    writer = a_writer(cloud)
    writer.citizen(BOTH)
    owner = writer.citizen(Sender(channel=Channel.WHATSAPP, wa_id=NUMBER, user_id="ID.99"))
    later = Sender(channel=Channel.WHATSAPP, wa_id="6281100000002", user_id="ID.3")

    assert writer.move(NUMBER_ONLY, later).citizen_id is None
    assert writer.citizen(later) != owner


def test_whoever_writes_before_their_change_of_number_is_heard_of_is_both(cloud: Cloud) -> None:
    writer = a_writer(cloud)
    before = writer.citizen(BOTH)
    later = Sender(channel=Channel.WHATSAPP, wa_id="6281100000002", user_id="ID.3")
    other = writer.citizen(later)

    assert writer.move(BOTH, later) == Moved(citizen_id=before, also=other)
    assert writer.citizen(later) == before
    assert a_reader(cloud).address(other) == later, "what they reported meanwhile is told to them"
