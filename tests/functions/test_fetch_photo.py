"""A citizen's photo is fetched while Meta has it; if it cannot be had, the citizen is told."""

import base64
import hashlib
from contextlib import suppress
from typing import Any

import msgspec
import pytest

from aduan.aws.citizen_table import CitizenTable
from aduan.aws.clients import client
from aduan.aws.photo_bucket import PhotoBucket
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.change import Change, Effect
from aduan.errors import StaleUpdateError
from aduan.exif import Taken, taken
from aduan.look import look_of
from aduan.message import Media
from aduan.pictures.decoding import tiny_grey
from tests.builders import CITIZEN, NOW
from tests.cloud import SECRETS, Cloud, a_queue_record, plain
from tests.functions.conftest import Handler, Loader, Output
from tests.local_server import Answer, LocalServer, says
from tests.pictures import photo

JPEG = photo(7)
KEY = "reports/a-0.jpg"
SHA256 = base64.b64encode(hashlib.sha256(JPEG).digest()).decode()
MEDIA = Media(media_id="1013859600285441", mime_type="image/jpeg", sha256=SHA256)


@pytest.fixture
def fetch_photo(function: Loader, meta: LocalServer) -> Handler:
    return function("fetch_photo", WHATSAPP_API_URL=f"{meta.url}/v25.0", MEDIA_HOSTS=meta.url)


def the_photo_is(meta: LocalServer, content: bytes, **facts: Any) -> None:
    meta.answers(says({"url": f"{meta.url}/file", "id": "1"} | facts), Answer(body=content))


def fetch(handler: Handler, media: Media = MEDIA, photo_id: str = "a-0") -> bool:
    """Whether it is done, so that the queue does not bring it again."""
    effect = Effect(name=f"fetch#{photo_id}", fetch=media, photo_id=photo_id, to=CITIZEN)
    with suppress(StaleUpdateError):
        ServiceRequestTable("reports").save(Change(effects=(effect,)), at=NOW)
    record = a_queue_record(msgspec.json.encode(effect).decode(), at=NOW)
    return bool(handler({"Records": [record]}) == {"batchItemFailures": []})


def told(cloud: Cloud) -> list[tuple[str, str]]:
    """What citizens are told: to whom, and which sentence."""
    effects = [plain(item) for item in cloud.effects()]
    return [(effect["to"], effect["say"]["text"]) for effect in effects if "say" in effect]


def test_a_whatsapp_photo_is_kept(
    fetch_photo: Handler, cloud: Cloud, meta: LocalServer, output: Output
) -> None:
    the_photo_is(meta, JPEG)

    assert fetch(fetch_photo)

    assert client("s3").get_object(Bucket=cloud.photos, Key=KEY)["Body"].read() == JPEG
    assert ServiceRequestTable(cloud.reports).photo_keys(["a-0"]) == [KEY]
    assert meta.asked[0].headers["authorization"] == f"Bearer {SECRETS['whatsapp-token']}"
    assert told(cloud) == []
    assert output.counted == {"PhotoStored": 1}


def test_an_instagram_photo_is_kept(fetch_photo: Handler, cloud: Cloud, meta: LocalServer) -> None:
    meta.answers(Answer(body=JPEG))

    assert fetch(fetch_photo, Media(url=f"{meta.url}/a"))

    assert ServiceRequestTable(cloud.reports).photo_keys(["a-0"]) == [KEY]
    assert "authorization" not in meta.asked[0].headers


def test_a_photo_is_fetched_once(fetch_photo: Handler, meta: LocalServer) -> None:
    the_photo_is(meta, JPEG)

    assert fetch(fetch_photo)
    assert fetch(fetch_photo)

    assert len(meta.asked) == 2


def test_of_a_photo_that_is_gone_the_citizen_hears_once(
    fetch_photo: Handler, cloud: Cloud, meta: LocalServer, output: Output
) -> None:
    meta.answers(Answer(status=404))

    assert fetch(fetch_photo)
    assert fetch(fetch_photo)

    assert told(cloud) == [(CITIZEN, "photo_gone")]
    assert ServiceRequestTable(cloud.reports).photo_keys(["a-0"]) == []
    assert output.counted == {"PhotoRefused": 1}


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"", b"GIF89a"])
def test_a_file_that_is_no_photo_is_not_kept_and_the_citizen_hears_of_it(
    fetch_photo: Handler, cloud: Cloud, meta: LocalServer, content: bytes
) -> None:
    the_photo_is(meta, content)

    assert fetch(fetch_photo, Media(media_id="1"))

    assert told(cloud) == [(CITIZEN, "photo_wrong_type")]
    assert "Contents" not in client("s3").list_objects_v2(Bucket=cloud.photos)


def test_a_photo_that_is_too_large_is_not_fetched_and_the_citizen_hears_of_it(
    fetch_photo: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    the_photo_is(meta, JPEG, file_size=99_000_000)

    assert fetch(fetch_photo)

    assert told(cloud) == [(CITIZEN, "photo_too_large")]
    assert len(meta.asked) == 1


def test_a_link_to_elsewhere_is_not_followed(
    fetch_photo: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    assert fetch(fetch_photo, Media(url="http://169.254.169.254/latest/meta-data/"))

    assert told(cloud) == [(CITIZEN, "photo_gone")]
    assert meta.asked == []


@pytest.mark.parametrize("answer", [Answer(status=500), Answer(drops=True), Answer(status=401)])
def test_a_photo_that_cannot_be_had_now_comes_again(
    fetch_photo: Handler, cloud: Cloud, meta: LocalServer, answer: Answer
) -> None:
    meta.answers(answer)

    assert not fetch(fetch_photo)

    assert told(cloud) == []
    assert not ServiceRequestTable(cloud.reports).has_photo("a-0")


def test_a_photo_kept_meanwhile_by_another_is_kept_once(
    fetch_photo: Handler, cloud: Cloud, meta: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    the_photo_is(meta, JPEG)
    assert fetch(fetch_photo)
    monkeypatch.setattr(ServiceRequestTable, "has_photo", lambda *_: False)
    meta.answers(Answer(status=404))

    assert fetch(fetch_photo)

    assert ServiceRequestTable(cloud.reports).photo_keys(["a-0"]) == [KEY]
    assert told(cloud) == []


def test_nothing_of_the_citizens_is_logged(
    fetch_photo: Handler, meta: LocalServer, output: Output
) -> None:
    meta.answers(Answer(status=500))
    fetch(fetch_photo)

    assert [line["error"] for line in output.lines] == ["TryAgainError"]
    for name in (CITIZEN, SECRETS["whatsapp-token"], "1013859600285441"):
        assert name not in output.text


def test_a_voice_note_is_kept_as_what_it_is(
    fetch_photo: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    voice = b"OggS\x00\x02 some words"
    the_photo_is(meta, voice)

    assert fetch(fetch_photo, Media(media_id="2"), photo_id="a-r0")
    (key,) = ServiceRequestTable(cloud.reports).photo_keys(["a-r0"])
    assert key == "reports/a-r0.ogg"


def test_no_photo_of_somebody_who_was_forgotten_is_fetched(
    fetch_photo: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    effect = Effect(name="fetch#a-0", fetch=MEDIA, photo_id="a-0", to="gone")
    record = a_queue_record(msgspec.json.encode(effect).decode(), at=NOW)

    assert fetch_photo({"Records": [record]}) == {"batchItemFailures": []}
    assert meta.asked == []
    assert cloud.items(cloud.reports) == []


def lets_go(handler: Handler, photo_id: str = "a-0") -> None:
    effect = Effect(name=f"let_go#{photo_id}", let_go=True, photo_id=photo_id, to=CITIZEN)
    record = a_queue_record(msgspec.json.encode(effect).decode(), at=NOW)
    assert handler({"Records": [record]}) == {"batchItemFailures": []}


def test_a_photo_that_is_part_of_nothing_any_more_is_deleted(
    fetch_photo: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    the_photo_is(meta, JPEG)
    fetch(fetch_photo)

    lets_go(fetch_photo)
    lets_go(fetch_photo)

    assert "Contents" not in client("s3").list_objects_v2(Bucket=cloud.photos)
    assert ServiceRequestTable(cloud.reports).photo_keys(["a-0"]) == []
    assert CitizenTable(cloud.reports).photos_of(CITIZEN) == []


def test_a_photo_is_not_fetched_once_it_is_let_go_of(
    fetch_photo: Handler, meta: LocalServer
) -> None:
    lets_go(fetch_photo)

    assert fetch(fetch_photo)
    assert meta.asked == []


@pytest.mark.parametrize("meanwhile", ["let go of", "forgotten"])
def test_a_photo_that_is_unwanted_by_the_time_it_is_there_is_not_kept(
    fetch_photo: Handler,
    cloud: Cloud,
    meta: LocalServer,
    monkeypatch: pytest.MonkeyPatch,
    meanwhile: str,
) -> None:
    the_photo_is(meta, JPEG)
    keep = PhotoBucket.keep

    def keep_while_the_citizen_changes_their_mind(*args: Any, **kwargs: Any) -> str:
        if meanwhile == "forgotten":
            CitizenTable(cloud.reports).forget_chat(CITIZEN)
        else:
            lets_go(fetch_photo)
        return keep(*args, **kwargs)

    monkeypatch.setattr(PhotoBucket, "keep", keep_while_the_citizen_changes_their_mind)

    assert fetch(fetch_photo)
    assert "Contents" not in client("s3").list_objects_v2(Bucket=cloud.photos)


def test_how_it_looks_is_kept_to_be_compared_with_an_officers_proof(
    fetch_photo: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    content = photo(4)
    the_photo_is(meta, content)

    assert fetch(fetch_photo, Media(media_id="1013859600285441"))

    looks = ServiceRequestTable(cloud.reports).looks(["a-0"])
    assert looks == [look_of(tiny_grey(content))]


def test_where_a_photo_was_taken_is_not_kept(
    fetch_photo: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    """A photo sent as a file tells it; the chat's own photos do not."""
    the_photo_is(meta, photo(4, place=(-7.8, 112.0)))

    assert fetch(fetch_photo, Media(media_id="1013859600285441"))

    (key,) = ServiceRequestTable(cloud.reports).photo_keys(["a-0"])
    kept = client("s3").get_object(Bucket=cloud.photos, Key=key)["Body"].read()
    assert taken(kept) == Taken()


def test_a_photo_that_cannot_be_cut_apart_is_drawn_anew(
    fetch_photo: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    """Decoders pass over what stands between two segments; so what is kept is what they see."""
    told = photo(4, place=(-7.8, 112.0))
    first = 4 + int.from_bytes(told[4:6], "big")
    the_photo_is(meta, told[:first] + b"junk" + told[first:])

    assert fetch(fetch_photo, Media(media_id="1013859600285441"))

    (key,) = ServiceRequestTable(cloud.reports).photo_keys(["a-0"])
    kept = client("s3").get_object(Bucket=cloud.photos, Key=key)["Body"].read()
    assert b"Exif" not in kept
    assert look_of(tiny_grey(kept)) == look_of(tiny_grey(photo(4)))


@pytest.mark.parametrize("content", [b"\xff\xd8\xff\xe0 a page", b"\x89PNG\r\n\x1a\n<svg/>"])
def test_what_only_begins_like_a_photo_is_not_kept(
    fetch_photo: Handler, cloud: Cloud, meta: LocalServer, content: bytes
) -> None:
    the_photo_is(meta, content)

    assert fetch(fetch_photo, Media(media_id="1"))

    assert told(cloud) == [(CITIZEN, "photo_wrong_type")]
    assert "Contents" not in client("s3").list_objects_v2(Bucket=cloud.photos)


def test_where_a_video_was_taken_is_not_kept(
    fetch_photo: Handler, cloud: Cloud, meta: LocalServer
) -> None:
    place = b"\x00\x00\x00\x14udta-7.828+112.0"
    the_photo_is(meta, b"\x00\x00\x00\x0cftypmp42" + place)

    assert fetch(fetch_photo, Media(media_id="2"), photo_id="a-r0")

    (key,) = ServiceRequestTable(cloud.reports).photo_keys(["a-r0"])
    kept = client("s3").get_object(Bucket=cloud.photos, Key=key)["Body"].read()
    assert b"112.0" not in kept
