"""Bad input gets a clear answer, and nothing is lost or done twice."""

import hashlib
import hmac
import json
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import HTTPError

from aduan.desk_link import DeskLink
from tests.stories import web
from tests.stories.city import City, until
from tests.stories.pictures import png


def a_webhook(text: str, message_id: str, wa_id: str = "6281100009001") -> bytes:
    message = {
        "id": message_id,
        "from": wa_id,
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": text},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"phone_number_id": "1"},
        "contacts": [{"wa_id": wa_id, "profile": {"name": "Nama Rahasia"}}],
        "messages": [message],
    }
    entry = [{"id": "1", "changes": [{"field": "messages", "value": value}]}]
    return json.dumps({"object": "whatsapp_business_account", "entry": entry}).encode()


def post(city: City, body: bytes, signature: str | None = None) -> int:
    secret = str(city.stack["app_secret"]).encode()
    signed = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
    headers = {
        "content-type": "application/json",
        "x-hub-signature-256": signed if signature is None else signature,
    }
    request = urllib.request.Request(city.stack["webhook_url"], body, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except HTTPError as refused:
        return refused.code


def sent_to(city: City, address: str) -> list[dict[str, Any]]:
    return list(web.ask(f"{city.stack['twin_url']}/sent?to={address}"))


def test_a_webhook_with_a_wrong_signature_is_refused_and_leaves_nothing(city: City) -> None:
    wa_id = "6281100009002"
    body = a_webhook("pju mati", "wamid.forged", wa_id)

    assert post(city, body, "sha256=" + "0" * 64) == 401
    assert post(city, body, "") == 401
    assert sent_to(city, wa_id) == []


def test_the_same_webhook_ten_times_at_once_is_one_message(city: City) -> None:
    wa_id = "6281100009003"
    body = a_webhook("halo", "wamid.tenfold", wa_id)
    with ThreadPoolExecutor(5) as many:
        statuses = list(many.map(lambda _: post(city, body), range(10)))
    assert statuses == [200] * 10
    assert post(city, a_webhook("bantuan", "wamid.last", wa_id)) == 200

    until(
        "the last answer",
        lambda: any("menerima laporan" in m["text"] for m in sent_to(city, wa_id)),
    )
    assert [m["text"][:7] for m in sent_to(city, wa_id)] == ["Selamat", "*Lapor "]


def test_what_is_signed_but_unknown_is_answered_with_200(city: City) -> None:
    for body in (b"{}", b"[1, 2]", b"not json", b'{"object": "page", "entry": []}'):
        assert post(city, body) == 200


def test_a_webhook_over_the_limit_is_refused(city: City) -> None:
    assert post(city, b" " * 3_000_001) == 413


def test_a_photo_that_is_gone_is_told_kindly_and_the_report_goes_on(city: City) -> None:
    citizen = city.citizen("whatsapp")
    url = f"{city.stack['twin_url']}/media"
    media = web.send(url, png(), "image/png")["id"]
    web.ask(f"{url}/{media}/gone", {})
    citizen._send({"media": media, "caption": "pju mati di Jl. Veteran"}, "a photo that is gone")

    heard = {_kind(m["text"]) for m in until("both answers", lambda: _two(citizen.sent()))}
    assert heard == {"received", "gone"}


def test_a_file_that_is_no_photo_is_told_kindly(city: City) -> None:
    citizen = city.citizen("instagram")
    citizen.sends_photo(b"\xff\xd8 broken", "image/jpeg")

    texts = [m["text"] for m in until("both answers", lambda: _two(citizen.sent()))]
    assert any("tidak bisa kami buka" in text for text in texts)


def test_a_video_is_told_kindly(city: City) -> None:
    citizen = city.citizen("whatsapp")
    video = {"id": "1", "mime_type": "video/mp4", "sha256": "x"}
    citizen._send({"raw": {"type": "video", "video": video}}, "a video")

    citizen.hears("sudah kami simpan bersama laporan")


def test_a_link_that_is_expired_or_forged_says_what_to_do(city: City) -> None:
    parameters = city.client("ssm").get_parameter(Name="/aduan/local/link-key", WithDecryption=True)
    key = parameters["Parameter"]["Value"].encode()
    past = datetime.now(UTC) - timedelta(hours=2)
    old = DeskLink(service_request_id="123456789018", attempt=1, expires=past).sign(key)

    expired = web.get(f"{city.stack['desk_url']}/{old}")
    assert (expired.status, "sudah habis" in expired.text) == (410, True)
    changed = old[:-1] + ("1" if old.endswith("0") else "0")
    forged = web.get(f"{city.stack['desk_url']}/{changed}")
    assert (forged.status, "Mohon buka lagi tautan" in forged.text) == (404, True)


def _two(sent: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    return sent if len(sent) >= 2 else None


def _kind(text: str) -> str:
    kinds = {"gone": "tidak berhasil kami terima", "received": "Laporan sudah kami terima"}
    return next((kind for kind, words in kinds.items() if words in text), text)
