"""Meta's Graph API, played by a server on this machine."""

import base64
import hashlib
import json
from collections.abc import Iterator

import pytest
import urllib3
from hypothesis import example, given
from hypothesis import strategies as st

from aduan.errors import PhotoRefusedError, TryAgainError, UndeliverableError
from aduan.message import Media
from aduan.meta import graph_api
from aduan.photo import MAX_BYTES
from tests.local_server import Answer, LocalServer, a_local_server, says

PHOTO = b"\xff\xd8\xff\xe0 a photo"
DIGEST = hashlib.sha256(PHOTO)
MEDIA = Media(media_id="1013859600285441", sha256=base64.b64encode(DIGEST.digest()).decode())
BODY = {"messaging_product": "whatsapp", "to": "+6281100000001", "text": {"body": "halo"}}


@pytest.fixture
def meta() -> Iterator[LocalServer]:
    with a_local_server() as server:
        yield server
        graph_api._http.clear()


def refuses(code: object, subcode: int | None = None, status: int = 400) -> Answer:
    error = {"message": "(#1) …", "type": "OAuthException", "code": code, "fbtrace_id": "A"}
    return says({"error": error | ({"error_subcode": subcode} if subcode else {})}, status)


def send(meta: LocalServer) -> str:
    return graph_api.send(f"{meta.url}/v25.0/1/messages", "a token", BODY)


# Sending


def test_a_message_is_posted_with_our_token(meta: LocalServer) -> None:
    meta.answers(says({"messaging_product": "whatsapp", "messages": [{"id": "wamid.1"}]}))

    assert send(meta) == "wamid.1"

    (asked,) = meta.asked
    assert (asked.method, asked.path, asked.json) == ("POST", "/v25.0/1/messages", BODY)
    assert asked.headers["authorization"] == "Bearer a token"
    assert asked.headers["content-type"] == "application/json"


def test_instagram_names_the_message_in_its_own_way(meta: LocalServer) -> None:
    meta.answers(says({"recipient_id": "1", "message_id": "aWdf"}))

    assert send(meta) == "aWdf"


@pytest.mark.parametrize("answer", [{}, {"messages": []}, {"messages": "?"}, {"messages": [7]}, []])
def test_a_message_taken_without_an_id_is_taken(meta: LocalServer, answer: object) -> None:
    meta.answers(says(answer))

    assert send(meta) == ""


@pytest.mark.parametrize(
    ("code", "subcode"),
    [
        (131047, None),  # more than 24 hours since the citizen wrote
        (131026, None),  # not on WhatsApp, or blocked
        (130472, None),
        (131009, None),
        (100, 2534014),  # Instagram: no such person
        (551, None),
    ],
)
def test_what_meta_will_never_deliver_is_undeliverable(
    meta: LocalServer, code: int, subcode: int | None
) -> None:
    meta.answers(refuses(code, subcode))

    with pytest.raises(UndeliverableError) as raised:
        send(meta)
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("subcode", "code"),
    [(2534022, 131047), (2018278, 131047), (2018108, 551)],  # the day is over; not available
)
def test_instagrams_refusals_have_the_code_of_whatsapps(
    meta: LocalServer, subcode: int, code: int
) -> None:
    meta.answers(refuses(10, subcode))

    with pytest.raises(UndeliverableError) as raised:
        send(meta)
    assert raised.value.code == code


@pytest.mark.parametrize(
    "answer",
    [
        refuses(131056),  # too many to one person
        refuses(130429),
        refuses(131000),
        refuses(4),
        refuses(613),
        refuses(190, status=401),  # our token: nothing is lost until it is mended
        refuses(10),
        refuses(131042),
        refuses(131047, status=500),
        refuses(999, status=429),
        refuses("not a number"),
        refuses(None),
        refuses([1]),
        says({"error": "?"}, 400),
        says([], 400),
        Answer(status=400, body=b"<html>"),
        Answer(status=200, body=b"<html>"),
        Answer(status=502, body=b"Bad Gateway"),
        Answer(status=503, body=b""),
        Answer(drops=True),
    ],
    ids=lambda answer: f"{answer.status} {answer.body[-50:].decode()}",
)
def test_what_may_go_through_later_is_tried_again(meta: LocalServer, answer: Answer) -> None:
    meta.answers(answer)

    with pytest.raises(TryAgainError):
        send(meta)
    assert len(meta.asked) == 1


def test_no_answer_in_time_is_for_later(meta: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    impatient = urllib3.PoolManager(timeout=0.001, retries=False)
    monkeypatch.setattr(graph_api, "_http", impatient)
    meta.pause_s = 0.1

    with pytest.raises(TryAgainError, match="ReadTimeoutError"):
        send(meta)
    impatient.clear()


def test_meta_not_to_be_reached_is_for_later() -> None:
    with pytest.raises(TryAgainError):
        graph_api.send("http://127.0.0.1:9/v25.0/1/messages", "a token", BODY)


def test_an_error_says_a_code_and_nothing_of_the_message(meta: LocalServer) -> None:
    meta.answers(refuses(131047))

    with pytest.raises(UndeliverableError) as raised:
        send(meta)
    assert str(raised.value) == "Meta error 131047"


def test_the_token_does_not_follow_a_redirect(meta: LocalServer) -> None:
    with a_local_server() as elsewhere:
        meta.answers(Answer(status=302, headers={"location": elsewhere.url}))
        with pytest.raises((TryAgainError, UndeliverableError)):
            send(meta)
        assert elsewhere.asked == []


# Photos


def facts(meta: LocalServer, **changes: object) -> Answer:
    """What Meta tells of a photo: where it is, above all."""
    url = f"{meta.url}/file/1?signature=abc"
    told = {"messaging_product": "whatsapp", "url": url, "id": MEDIA.media_id, "file_size": "20"}
    return says(told | changes)


def fetch(meta: LocalServer, media: Media = MEDIA) -> bytes:
    return graph_api.fetch_whatsapp(f"{meta.url}/v25.0", "a token", media, [meta.url])


def test_a_photo_is_asked_for_and_then_fetched_both_with_our_token(meta: LocalServer) -> None:
    meta.answers(facts(meta), Answer(body=PHOTO))

    assert fetch(meta) == PHOTO

    assert [asked.path for asked in meta.asked] == [
        "/v25.0/1013859600285441",
        "/file/1?signature=abc",
    ]
    assert {asked.headers["authorization"] for asked in meta.asked} == {"Bearer a token"}
    assert {asked.headers["user-agent"] for asked in meta.asked} == {"aduan-112"}


@pytest.mark.parametrize("sha256", [DIGEST.hexdigest(), None])
def test_the_digest_may_be_written_in_hex_or_be_missing(
    meta: LocalServer, sha256: str | None
) -> None:
    meta.answers(facts(meta), Answer(body=PHOTO))

    assert fetch(meta, Media(media_id="1", sha256=sha256)) == PHOTO


def test_a_photo_that_is_not_the_one_named_is_refused(meta: LocalServer) -> None:
    meta.answers(facts(meta), Answer(body=PHOTO[:-1]))

    with pytest.raises(PhotoRefusedError, match="gone"):
        fetch(meta)


@pytest.mark.parametrize(
    "answer", [Answer(status=404), Answer(status=400), says({"url": 7}), says({})]
)
def test_a_photo_that_meta_does_not_know_is_gone(meta: LocalServer, answer: Answer) -> None:
    meta.answers(answer)

    with pytest.raises(PhotoRefusedError, match="gone"):
        fetch(meta)


def test_a_photo_whose_file_is_not_there_is_gone(meta: LocalServer) -> None:
    meta.answers(facts(meta), Answer(status=404))

    with pytest.raises(PhotoRefusedError, match="gone"):
        fetch(meta)


@pytest.mark.parametrize("answer", [Answer(status=500), Answer(status=429), Answer(drops=True)])
def test_a_photo_that_cannot_be_had_now_is_for_later(meta: LocalServer, answer: Answer) -> None:
    meta.answers(answer)
    with pytest.raises(TryAgainError):
        fetch(meta)

    meta.answers(facts(meta), answer)
    with pytest.raises(TryAgainError):
        fetch(meta)


@pytest.mark.parametrize("answer", [refuses(190, status=401), refuses(10, status=403)])
def test_a_photo_is_not_lost_because_our_token_is_no_good(
    meta: LocalServer, answer: Answer
) -> None:
    meta.answers(answer)

    with pytest.raises(TryAgainError):
        fetch(meta)


@pytest.mark.parametrize("file_size", [MAX_BYTES + 1, str(MAX_BYTES + 1)])
def test_a_photo_said_to_be_too_large_is_not_fetched(
    meta: LocalServer, file_size: int | str
) -> None:
    meta.answers(facts(meta, file_size=file_size))

    with pytest.raises(PhotoRefusedError, match="too_large"):
        fetch(meta)
    assert len(meta.asked) == 1


@pytest.mark.parametrize("file_size", ["many", None, -1, 2.5, [], "²"])
def test_a_size_that_is_none_does_not_matter(meta: LocalServer, file_size: object) -> None:
    meta.answers(facts(meta, file_size=file_size), Answer(body=PHOTO))

    assert fetch(meta) == PHOTO


def test_a_photo_that_turns_out_too_large_is_refused_and_the_next_one_is_fetched(
    meta: LocalServer,
) -> None:
    meta.answers(facts(meta), Answer(body=bytes(MAX_BYTES + 200_000)))
    with pytest.raises(PhotoRefusedError, match="too_large"):
        fetch(meta)

    meta.answers(facts(meta), Answer(body=PHOTO))
    assert fetch(meta) == PHOTO


def test_instagrams_link_is_fetched_without_a_token(meta: LocalServer) -> None:
    meta.answers(Answer(body=PHOTO))

    photo = graph_api.fetch_instagram(Media(url=f"{meta.url}/a.jpg"), [meta.url])

    assert photo == PHOTO
    assert "authorization" not in meta.asked[0].headers


def test_a_redirect_is_not_followed(meta: LocalServer) -> None:
    with a_local_server() as elsewhere:
        meta.answers(facts(meta), Answer(status=302, headers={"location": elsewhere.url}))
        with pytest.raises(PhotoRefusedError, match="gone"):
            fetch(meta)
        assert elsewhere.asked == []


HOSTS = ["lookaside.fbsbx.com", "*.fbcdn.net", "*.cdninstagram.com"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "photo.jpg",
        "http://lookaside.fbsbx.com/a",
        "ftp://lookaside.fbsbx.com/a",
        "https://{elsewhere}/a",
        "http://{elsewhere}/a",
        "https://lookaside.fbsbx.com@{elsewhere}/a",
        "https://lookaside.fbsbx.com.{elsewhere}/a",
        "https://{elsewhere}/lookaside.fbsbx.com",
        "https://{elsewhere}\\.fbcdn.net/a",
        "https://{elsewhere}\\@scontent.fbcdn.net/a",
        "https://{elsewhere}#.fbcdn.net",
        "https://{elsewhere}?.fbcdn.net",
        "https://lookaside.fbsbx.com:8443/a",
        "https://[/a",
        "https://169.254.169.254/latest/meta-data/",
    ],
)
def test_only_metas_own_hosts_are_asked_for_a_photo(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    """The link came with a message from outside: it must not lead into our own house."""
    asked: list[str] = []
    monkeypatch.setattr(graph_api._http, "request", lambda _, url, **__: asked.append(url))

    with pytest.raises(PhotoRefusedError, match="gone"):
        graph_api.fetch_instagram(Media(url=url.format(elsewhere="127.0.0.1:9")), HOSTS)
    assert asked == []


@pytest.mark.parametrize(
    "host", ["lookaside.fbsbx.com", "scontent-cgk1-1.xx.fbcdn.net", "scontent.cdninstagram.com"]
)
def test_metas_hosts_are_asked(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    asked: list[str] = []

    def request(_: str, url: str, **__: object) -> None:
        asked.append(url)
        raise urllib3.exceptions.HTTPError

    monkeypatch.setattr(graph_api._http, "request", request)
    with pytest.raises(TryAgainError):
        graph_api.fetch_instagram(Media(url=f"https://{host}/a?b=c"), HOSTS)
    assert asked == [f"https://{host}/a?b=c"]


@given(st.text(max_size=60) | st.from_regex(r"https://[^/]*fbcdn\.net[:@\\]?.*"))
@example("https://\ud83d.fbcdn.net")
def test_no_link_whatever_leads_elsewhere(url: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(graph_api._http, "request", _only_to_meta)
        with pytest.raises((PhotoRefusedError, TryAgainError)):
            graph_api.fetch_instagram(Media(url=url), HOSTS)


def _only_to_meta(_: str, url: str, **__: object) -> None:
    parts = urllib3.util.parse_url(url)
    assert parts.scheme == "https"
    assert parts.host is not None
    assert parts.host.endswith(".fbcdn.net")
    raise urllib3.exceptions.HTTPError(json.dumps(url))
