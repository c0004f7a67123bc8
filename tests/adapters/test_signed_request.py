"""AWS calls without the SDK: botocore's own signer is the oracle, a server on this machine the other side."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from hypothesis import given
from hypothesis import strategies as st

from aduan.aws import inbox, signed_request
from aduan.aws.inbox import Letter
from aduan.aws.secrets import Secrets
from aduan.aws.signed_request import Credentials, call, sign
from aduan.errors import NotFoundError, TryAgainError
from tests.local_server import Answer, LocalServer, a_local_server, says

SECRET_TEXT = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalServer]:
    """A server in the place of AWS, and no connection kept from before."""
    with a_local_server() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        yield server
        for connection in signed_request._connections.values():
            connection.close()
        signed_request._connections.clear()


def botocores_authorization(headers: dict[str, str], content: bytes, **parts: Any) -> str:
    """What botocore would put above the same request."""
    wanted = ("content-type", "x-amz-target")
    request = AWSRequest(
        method="POST",
        url=f"https://{headers['host']}/",
        data=content,
        headers={name: headers[name] for name in wanted},
    )
    credentials = parts["credentials"]
    signer = SigV4Auth(
        BotoCredentials(
            credentials.access_key_id, credentials.secret_access_key, credentials.session_token
        ),
        parts["service"],
        parts["region"],
    )
    with patch("botocore.auth.get_current_datetime", return_value=parts["at"]):
        signer.add_auth(request)
    return str(request.headers["Authorization"])


@given(
    content=st.binary(max_size=300),
    access_key_id=SECRET_TEXT,
    secret_access_key=SECRET_TEXT,
    session_token=st.none() | SECRET_TEXT,
    at=st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2099, 1, 1)),  # noqa: DTZ001
    service=st.sampled_from(["sqs", "ssm"]),
    region=st.sampled_from(["ap-southeast-3", "us-east-1"]),
    target=st.sampled_from(["AmazonSQS.SendMessageBatch", "AmazonSSM.GetParameters"]),
)
def test_a_request_is_signed_as_awss_own_library_signs_it(content: bytes, **given: Any) -> None:
    credentials = Credentials(
        access_key_id=given["access_key_id"],
        secret_access_key=given["secret_access_key"],
        session_token=given["session_token"],
    )
    about: dict[str, Any] = {
        "service": given["service"],
        "region": given["region"],
        "credentials": credentials,
        "at": given["at"].replace(tzinfo=UTC),
    }
    host = f"{about['service']}.{about['region']}.amazonaws.com"

    headers = sign(**about, host=host, target=given["target"], content=content)

    assert headers["authorization"] == botocores_authorization(headers, content, **about)


def test_a_call_posts_the_operation_and_reads_the_answer(aws: LocalServer) -> None:
    aws.answers(says({"Parameters": []}))

    assert call("ssm", "AmazonSSM.GetParameters", {"Names": ["a"]}) == {"Parameters": []}

    (asked,) = aws.asked
    assert (asked.method, asked.path, asked.json) == ("POST", "/", {"Names": ["a"]})
    assert asked.headers["x-amz-target"] == "AmazonSSM.GetParameters"
    assert asked.headers["content-type"] == "application/x-amz-json-1.0"
    assert "/ap-southeast-3/ssm/aws4_request" in asked.headers["authorization"]


def test_a_functions_session_token_goes_along(
    aws: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a session")

    call("ssm", "AmazonSSM.GetParameters", {})

    assert aws.asked[0].headers["x-amz-security-token"] == "a session"


def test_one_connection_serves_many_calls(aws: LocalServer) -> None:
    for _ in range(3):
        call("sqs", "AmazonSQS.SendMessageBatch", {})

    assert (len(aws.asked), len(aws.connections)) == (3, 1)


@pytest.mark.parametrize(
    "first",
    [
        says({"__type": "com.amazonaws.sqs#ServiceUnavailable"}, status=500),
        says({"__type": "ThrottlingException"}, status=400),
        Answer(status=503, body=b"<html>Service Unavailable</html>"),
        Answer(status=502, body=b""),
        Answer(status=500, body=b"[]"),
        Answer(drops=True),
    ],
    ids=["unavailable", "throttled", "a web page", "nothing", "not an object", "dropped"],
)
def test_what_fails_once_is_tried_again(aws: LocalServer, first: Answer) -> None:
    aws.answers(first, says({"done": 1}))

    assert call("sqs", "AmazonSQS.SendMessageBatch", {}) == {"done": 1}
    assert len(aws.asked) == 2


def test_a_kept_connection_that_aws_has_closed_is_opened_anew(aws: LocalServer) -> None:
    aws.answers(Answer(hangs_up=True), says({"done": 1}))

    call("sqs", "AmazonSQS.SendMessageBatch", {})
    assert call("sqs", "AmazonSQS.SendMessageBatch", {}) == {"done": 1}
    assert len(aws.connections) == 2


def test_a_call_refused_twice_says_why_and_nothing_of_the_body(aws: LocalServer) -> None:
    aws.answers(says({"__type": "com.amazonaws.sqs#AccessDenied", "message": "6281100000001"}, 403))

    with pytest.raises(TryAgainError) as raised:
        call("sqs", "AmazonSQS.SendMessageBatch", {"MessageBody": "6281100000001"})
    assert str(raised.value) == "AmazonSQS.SendMessageBatch: AccessDenied"


@pytest.mark.parametrize("answer", [Answer(drops=True), Answer(body=b"<html>"), Answer(status=503)])
def test_a_call_never_answered_well_is_for_later(aws: LocalServer, answer: Answer) -> None:
    aws.answers(answer)

    with pytest.raises(TryAgainError):
        call("sqs", "AmazonSQS.SendMessageBatch", {})
    assert len(aws.asked) == 2


def test_a_service_that_is_not_there_is_for_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    with pytest.raises(TryAgainError, match="ConnectionRefusedError"):
        call("sqs", "AmazonSQS.SendMessageBatch", {})


# The inbox queue


def a_letter(number: int = 1, *, text: str = "halo") -> Letter:
    return Letter(group=f"group-{number}", deduplication_id=f"id-{number}", body={"text": text})


def entries(server: LocalServer) -> list[list[dict[str, str]]]:
    return [asked.json["Entries"] for asked in server.asked]


def test_a_letter_is_put_on_the_queue_with_group_and_deduplication_id(aws: LocalServer) -> None:
    inbox.put("https://queue", [a_letter()])

    assert aws.asked[0].json == {
        "QueueUrl": "https://queue",
        "Entries": [
            {
                "Id": "0",
                "MessageBody": '{"text":"halo"}',
                "MessageGroupId": "group-1",
                "MessageDeduplicationId": "id-1",
            }
        ],
    }


def test_a_queue_gets_no_character_that_it_refuses(aws: LocalServer) -> None:
    inbox.put("https://queue", [a_letter(text="🌳 \ud83d \uffff \x00")])

    assert entries(aws)[0][0]["MessageBody"].isascii()
    assert entries(aws)[0][0]["MessageBody"].isprintable()


def test_without_letters_the_queue_is_not_asked(aws: LocalServer) -> None:
    inbox.put("https://queue", [])

    assert aws.asked == []


def test_a_queue_takes_ten_at_a_time(aws: LocalServer) -> None:
    inbox.put("https://queue", [a_letter(number) for number in range(23)])

    assert [len(batch) for batch in entries(aws)] == [10, 10, 3]
    sent = [entry["MessageDeduplicationId"] for batch in entries(aws) for entry in batch]
    assert sent == [f"id-{number}" for number in range(23)]


def test_large_letters_go_in_smaller_batches(aws: LocalServer) -> None:
    inbox.put("https://queue", [a_letter(number, text="x" * 400_000) for number in range(5)])

    assert sum(len(batch) for batch in entries(aws)) == 5
    assert all(len(asked.body) < 2**20 for asked in aws.asked)


def test_one_letter_that_the_queue_refuses_brings_the_whole_delivery_again(
    aws: LocalServer,
) -> None:
    aws.answers(says({"Successful": [], "Failed": [{"Id": "0", "Code": "InternalError"}]}))

    with pytest.raises(TryAgainError, match="1 messages"):
        inbox.put("https://queue", [a_letter()])


# Secrets


def parameters(**values: str) -> Answer:
    return says({"Parameters": [{"Name": f"/a/{k}", "Value": v} for k, v in values.items()]})


def test_all_secrets_are_read_in_one_call_and_kept(aws: LocalServer) -> None:
    aws.answers(parameters(one="1", two="2"))
    secrets = Secrets("/a/", "one", "two")

    assert (secrets["one"], secrets["two"], secrets["one"]) == ("1", "2", "1")

    (asked,) = aws.asked
    assert asked.json == {"Names": ["/a/one", "/a/two"], "WithDecryption": True}


def test_a_secret_that_was_changed_is_known_after_five_minutes(
    aws: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("aduan.aws.secrets.time.monotonic", lambda: now)
    aws.answers(parameters(one="old"), parameters(one="new"))
    secrets = Secrets("/a/", "one")

    first = secrets["one"]
    now += 299
    assert (first, secrets["one"]) == ("old", "old")
    now += 2
    assert secrets["one"] == "new"


def test_secrets_once_read_outlive_a_moment_without_ssm(
    aws: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("aduan.aws.secrets.time.monotonic", lambda: now)
    aws.answers(
        parameters(one="old"), Answer(status=500), Answer(status=500), parameters(one="new")
    )
    secrets = Secrets("/a/", "one")

    assert secrets["one"] == "old"
    now += 300
    assert [secrets["one"], secrets["one"]] == ["old", "old"]
    assert len(aws.asked) == 3  # it is not asked again at every look
    now += 31
    assert secrets["one"] == "new"


def test_a_secret_that_is_missing_says_its_name_and_how_to_make_it(aws: LocalServer) -> None:
    aws.answers(says({"Parameters": [], "InvalidParameters": ["/a/one"]}))

    with pytest.raises(NotFoundError, match="/a/one: run `make secrets`"):
        _ = Secrets("/a/", "one")["one"]


def test_secrets_that_cannot_be_read_now_are_for_later(aws: LocalServer) -> None:
    aws.answers(Answer(status=500))

    with pytest.raises(TryAgainError):
        _ = Secrets("/a/", "one")["one"]
