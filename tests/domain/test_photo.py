import base64
import hashlib

import pytest

from aduan.errors import PhotoRefusedError
from aduan.photo import MAX_BYTES, has_digest, kind_of

JPEG, PNG = b"\xff\xd8\xff\xe0 jpeg", b"\x89PNG\r\n\x1a\n png"


def test_a_photo_is_known_by_its_first_bytes() -> None:
    assert kind_of(JPEG) == ("image/jpeg", "jpg")
    assert kind_of(PNG) == ("image/png", "png")


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"<svg onload=x>", b"GIF89a", b"\xff\xd8"])
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(PhotoRefusedError, match="wrong_type"):
        kind_of(content)


def test_a_photo_of_more_than_ten_megabytes_is_refused() -> None:
    with pytest.raises(PhotoRefusedError, match="too_large"):
        kind_of(JPEG + bytes(MAX_BYTES))


def test_the_digest_is_known_in_both_spellings_of_meta() -> None:
    digest = hashlib.sha256(JPEG).digest()

    assert has_digest(JPEG, digest.hex())
    assert has_digest(JPEG, base64.b64encode(digest).decode())
    assert not has_digest(PNG, digest.hex())
