"""Whether a webhook is Meta's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aduan.meta.signature import challenge, is_signed
from tests.webhooks import signature

SECRET = "test_app_secret"
# Computed with another program than this one (openssl dgst -sha256 -hmac test_app_secret).
VECTORS = [
    (
        b'{"object":"whatsapp_business_account","entry":[]}',
        "dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756",
    ),
    (
        b'{"object": "whatsapp_business_account", "entry": []}',
        "56cbbaf4961c6cfdae48b7f116c047e5eb513d2c931baae63a2bc1afd26f803a",
    ),
    (
        rb'{"object":"instagram","entry":[],"note":"caf\u00e9 \u0040"}',
        "93bc1f227ea883b3449c0812570b9f2b3e8e1c12ad62e25f8b67499b4f9dfd77",
    ),
]


@pytest.mark.parametrize(("raw", "digest"), VECTORS)
def test_what_meta_signed_is_taken(raw: bytes, digest: str) -> None:
    assert is_signed(raw, f"sha256={digest}", [SECRET])


@pytest.mark.parametrize(("raw", "digest"), VECTORS)
def test_the_secret_of_either_app_will_do(raw: bytes, digest: str) -> None:
    assert is_signed(raw, f"sha256={digest}", ["another secret", SECRET])


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "sha256=",
        VECTORS[0][1],
        f"sha1={VECTORS[0][1]}",
        f"sha256={VECTORS[1][1]}",
        f"sha256={VECTORS[0][1][:-1]}",
        f"sha256={VECTORS[0][1]} ",
        "sha256=🌳",
    ],
)
def test_any_other_signature_is_refused(wrong: str) -> None:
    assert not is_signed(VECTORS[0][0], wrong, [SECRET])


def test_without_a_secret_nothing_is_signed() -> None:
    raw, digest = VECTORS[0]

    assert not is_signed(raw, f"sha256={digest}", [])


@given(raw=st.binary(max_size=200), change=st.binary(min_size=1, max_size=3))
def test_a_byte_more_breaks_the_signature(raw: bytes, change: bytes) -> None:
    assert is_signed(raw, signature(raw, SECRET), [SECRET])
    assert not is_signed(raw + change, signature(raw, SECRET), [SECRET])


def asked(**changes: str) -> dict[str, str]:
    query = {"mode": "subscribe", "verify_token": "ours", "challenge": "1158201444"}
    return {f"hub.{name}": value for name, value in (query | changes).items()}


def test_the_challenge_is_answered_when_the_token_is_ours() -> None:
    assert challenge(asked(), "ours") == "1158201444"


@pytest.mark.parametrize(
    "query", [{}, asked(verify_token="theirs"), asked(mode="unsubscribe"), asked(verify_token="é")]
)
def test_the_challenge_is_not_answered_otherwise(query: dict[str, str]) -> None:
    assert challenge(query, "ours") is None
