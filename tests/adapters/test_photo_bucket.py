"""Photos: kept once, looked at for a quarter of an hour, uploaded by a form that takes photos only."""

import base64
import hashlib
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from aduan.aws.clients import client
from aduan.aws.photo_bucket import PhotoBucket
from aduan.errors import PhotoRefusedError
from aduan.photo import MAX_BYTES
from tests.cloud import Cloud

JPEG, PNG = b"\xff\xd8\xff\xe0 a photo", b"\x89PNG\r\n\x1a\n a photo"


def content_of(cloud: Cloud, key: str) -> tuple[bytes, str]:
    stored = client("s3").get_object(Bucket=cloud.photos, Key=key)
    return stored["Body"].read(), stored["ContentType"]


def test_a_photo_is_kept_under_its_own_digest(cloud: Cloud) -> None:
    key = PhotoBucket(cloud.photos).keep("reports", JPEG)

    assert key == f"reports/{hashlib.sha256(JPEG).hexdigest()}.jpg"
    assert content_of(cloud, key) == (JPEG, "image/jpeg")


def test_a_screenshot_is_a_photo(cloud: Cloud) -> None:
    key = PhotoBucket(cloud.photos).keep("proof", PNG)

    assert content_of(cloud, key) == (PNG, "image/png")


def test_the_same_photo_again_is_the_same_photo(cloud: Cloud) -> None:
    bucket = PhotoBucket(cloud.photos)

    assert bucket.keep("reports", JPEG) == bucket.keep("reports", JPEG)
    assert len(client("s3").list_objects_v2(Bucket=cloud.photos)["Contents"]) == 1


def test_a_photo_that_is_there_is_never_written_over(cloud: Cloud) -> None:
    key = PhotoBucket(cloud.photos).keep("reports", JPEG)
    client("s3").put_object(Bucket=cloud.photos, Key=key, Body=b"as it was")

    PhotoBucket(cloud.photos).keep("reports", JPEG)

    assert content_of(cloud, key)[0] == b"as it was"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"<svg onload=alert(1)>", b"RIFF....WEBP"])
def test_what_is_no_photo_is_not_kept(cloud: Cloud, content: bytes) -> None:
    with pytest.raises(PhotoRefusedError, match="wrong_type"):
        PhotoBucket(cloud.photos).keep("reports", content)
    assert "Contents" not in client("s3").list_objects_v2(Bucket=cloud.photos)


def test_a_bucket_that_is_out_of_order_is_an_error(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        PhotoBucket("another").keep("reports", JPEG)


def test_an_officers_upload_is_read_back(cloud: Cloud) -> None:
    client("s3").put_object(Bucket=cloud.photos, Key="incoming/a", Body=JPEG)

    assert PhotoBucket(cloud.photos).read_upload("incoming/a") == JPEG


def test_of_an_upload_no_more_is_read_than_is_needed_to_refuse_it(cloud: Cloud) -> None:
    client("s3").put_object(Bucket=cloud.photos, Key="incoming/a", Body=JPEG + bytes(MAX_BYTES))

    assert len(PhotoBucket(cloud.photos).read_upload("incoming/a")) == MAX_BYTES + 1


def test_an_upload_that_never_arrived_is_missing(cloud: Cloud) -> None:
    with pytest.raises(PhotoRefusedError, match="missing"):
        PhotoBucket(cloud.photos).read_upload("incoming/a")


def test_it_is_missing_as_well_when_s3_does_not_tell_what_is_there(cloud: Cloud) -> None:
    """Who may read objects but not list the bucket is answered 403 for an object that is not there.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (Permissions)
    """
    with Stubber(client("s3")) as s3:
        s3.add_client_error("get_object", "AccessDenied", http_status_code=403)
        with pytest.raises(PhotoRefusedError, match="missing"):
            PhotoBucket(cloud.photos).read_upload("incoming/a")


def test_a_link_shows_one_photo_for_a_quarter_of_an_hour(cloud: Cloud) -> None:
    url = urlsplit(PhotoBucket(cloud.photos).link("proof/a.jpg"))
    query = parse_qs(url.query)

    assert url.path == "/photos/proof/a.jpg"
    assert url.netloc == "s3.ap-southeast-3.amazonaws.com"
    assert query["X-Amz-Expires"] == ["900"]
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]


def test_an_upload_form_takes_one_image_of_at_most_ten_megabytes(cloud: Cloud) -> None:
    form = PhotoBucket(cloud.photos).upload_form("incoming/a", then="https://desk/link")
    policy = json.loads(base64.b64decode(form["fields"]["policy"]))

    assert form["fields"]["key"] == "incoming/a"
    assert form["fields"]["success_action_redirect"] == "https://desk/link"
    for condition in (
        ["content-length-range", 1, 10_000_000],
        ["starts-with", "$Content-Type", "image/"],
        {"success_action_redirect": "https://desk/link"},
        {"key": "incoming/a"},
        {"bucket": "photos"},
    ):
        assert condition in policy["conditions"]
