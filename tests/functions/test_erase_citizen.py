"""Whoever asks for it is forgotten, with all they sent, and nobody else is."""

import msgspec

from aduan.aws.clients import client
from aduan.aws.conversation_table import ConversationTable
from aduan.aws.erasure_list import PREFIX
from aduan.aws.photo_bucket import PhotoBucket
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.change import Change, Effect
from aduan.conversation import Conversation
from aduan.message import Channel, Media
from tests.builders import CITIZEN, NOW, NUMBER, OTHER_NUMBER, STRANGER, a_service_request
from tests.cloud import Cloud, a_queue_record, plain
from tests.functions.conftest import Loader

JPEG = b"\xff\xd8\xff\xe0 a photo that was forwarded to many"


def sends_a_photo(cloud: Cloud, citizen: str, photo_id: str) -> None:
    """What `fetch_photo` does with a photo that a citizen sent."""
    table = ServiceRequestTable(cloud.reports)
    effect = Effect(
        name=f"fetch#{photo_id}", fetch=Media(media_id="1"), photo_id=photo_id, to=citizen
    )
    table.save(Change(effects=(effect,)), at=NOW)
    key = PhotoBucket(cloud.photos).keep("reports", JPEG, name=photo_id)
    table.save_fetched(effect, {"key": key}, change=Change(), at=NOW)


def photos(cloud: Cloud) -> list[str]:
    listed = client("s3").list_objects_v2(Bucket=cloud.photos)
    keys = [each["Key"] for each in listed.get("Contents", [])]
    return [key for key in keys if not key.startswith(PREFIX)]


def erase(function: Loader, citizen: str = CITIZEN) -> None:
    effect = Effect(name="erase#1", erase=True, to=citizen)
    record = a_queue_record(msgspec.json.encode(effect).decode(), at=NOW)
    assert function("erase_citizen")({"Records": [record]}) == {"batchItemFailures": []}


def test_photos_are_deleted_whatever_they_were_part_of(function: Loader, cloud: Cloud) -> None:
    sends_a_photo(cloud, CITIZEN, "reported-0")
    sends_a_photo(cloud, CITIZEN, "drafted-0")
    cloud.keeps(a_service_request(photo_ids=("reported-0",)))

    erase(function)

    assert photos(cloud) == []
    left = str([plain(item) for item in cloud.items(cloud.reports)])
    for trace in (CITIZEN, "reported-0", "drafted-0"):
        assert trace not in left
    assert ServiceRequestTable(cloud.reports).request(NUMBER).address == "Jl. Veteran"


def test_the_same_photo_of_somebody_else_stays(function: Loader, cloud: Cloud) -> None:
    sends_a_photo(cloud, CITIZEN, "theirs-0")
    sends_a_photo(cloud, STRANGER, "another-0")

    erase(function)

    assert photos(cloud) == ["reports/another-0.jpg"]
    assert ServiceRequestTable(cloud.reports).photo_keys(["another-0"]) == photos(cloud)


def test_what_they_reported_under_another_id_is_forgotten_as_well(
    function: Loader, cloud: Cloud
) -> None:
    cloud.keeps(a_service_request(service_request_id=OTHER_NUMBER, citizen_id="before"))
    chat = Conversation(citizen_id=CITIZEN, channel=Channel.WHATSAPP, also=("before",))
    ConversationTable(cloud.reports).save_conversation(chat, Change(), at=NOW)

    erase(function)

    assert ServiceRequestTable(cloud.reports).request(OTHER_NUMBER).citizen_id == "forgotten"
