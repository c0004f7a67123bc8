"""The phones: the JSON API by which the page, the stories and tests play the citizens.

The package's docstring lists it. What a citizen can do, each as the body of
`POST /citizens/<channel>/<address>/messages` (`...` is the id of a message in the chat):

Both channels
    {"text": "Lampu mati"}                      besides "quote": ..., "from_ad": headline
    {"media": id or [ids]}                      photo, video, voice note, document, sticker: by the
                                                file's type; "caption", "filename", "voice": false,
                                                "animated": true; "one_by_one" on Instagram
    {"reply": {"id", "title"?, "message"?}}     a tap on a button, row, quick reply, template button;
                                                "without_context" in it, as Meta sometimes does
    {"reaction": {"message": ..., "emoji": "👍" or null}}
    {"edit": {"message": ..., "text"}}          the chat's own body changes too
    {"unsend": ...}                             that message's status becomes "deleted"
    {"unsupported": "poll_creation" or ""}
    {"raw": {...}}
WhatsApp
    "forwarded": "once" or "often"              besides any of these
    {"location": {"latitude", "longitude", "name"?, "address"?, "url"?}}
    {"live_location": {"latitude", "longitude"}}    arrives as unsupported
    {"contacts": [{"name", "phone"?}]}
    {"basket": [{"product_retailer_id", "quantity"?, "item_price"?, "currency"?}]}
    {"form": {...}}                             the answers of a Flow
    {"too_large": "video"}                      more than 100 MB: an error in place of the file
    {"new_number": "62811..."}, {"new_user_id": true or id}, {"new_identity": true}
                                                the answer's "citizen" has the new "key"
    "coexistence": true                         beside edit and unsend: Meta tells of them as such
Instagram
    {"text", "story": id}                       a reply to the account's story
    {"story_mention": media id}
    {"share": {"kind": "ig_post", "ig_reel", "reel", "share", "story", "fallback" (any link),
               "media"?, "url"?, "title"?}}
    {"unsupported": "ephemeral"}                a photo to be seen once
    {"ice_breaker": {"title", "payload"}}
    {"like_heart": true}
    {"opened_link": ref}                        an ig.me link, in a chat that exists

In a chat's "body" these are the message objects as Meta tells them: an edit, deletion, reaction or
system message is an entry of its own (WhatsApp: `type`; Instagram: the key beside `sender`).
    POST   /citizens/instagram/<address>/staff  {"text"}: a person typed it in the Instagram app
"""

import asyncio
import dataclasses
import json
import re
import secrets
from collections.abc import AsyncGenerator
from typing import Annotated, Any

from pydantic import Field
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from infra.local.meta_twin import (
    control_api,
    instagram_actions,
    mailboxes,
    views,
    whatsapp_actions,
)
from infra.local.meta_twin.answering import Form, Json, UnknownError, answering
from infra.local.meta_twin.citizen_actions import (
    ActionError,
    CitizenMessage,
    Delivering,
    bundle,
    payload,
)
from infra.local.meta_twin.store import Channel, Citizen, Message
from infra.local.meta_twin.twin import Twin, bsuid_of

PREPARE = {"whatsapp": whatsapp_actions.prepare, "instagram": instagram_actions.prepare}
CHANNELS: tuple[Channel, ...] = ("whatsapp", "instagram")


class NewCitizen(Form):
    channel: Channel
    name: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    phone: Annotated[str, Field(pattern=r"^\+?[1-9][0-9]{6,14}$")] | None = None
    """On WhatsApp a new fake number where it is missing."""
    user_id: str | None = None
    """Business-scoped on WhatsApp, Instagram-scoped on Instagram; made up where it is missing."""
    username: str | None = None
    hide_phone: bool = False
    """WhatsApp with a username: no phone number in any webhook."""


class CitizenChange(Form):
    name: str | None = None
    username: str | None = None
    hides_phone: bool = False
    empty_phone: bool = False
    blocks: bool = False
    offline: bool = False
    reads_at_once: bool = False
    fails_with: int | None = None
    wrote_at: float | None = None


class StaffMessage(Form):
    text: Annotated[str, Field(min_length=1, max_length=1000)]


class Sending(Delivering):
    messages: Annotated[list[CitizenMessage], Field(min_length=1, max_length=1000)]


def routes() -> list[Route]:
    return [
        Route("/citizens", answering(_citizens), methods=["GET"]),
        Route("/citizens", answering(_new_citizen), methods=["POST"]),
        Route("/citizens/{channel}/{address}", answering(_chat), methods=["GET"]),
        Route("/citizens/{channel}/{address}", answering(_change_citizen), methods=["PATCH"]),
        Route("/citizens/{channel}/{address}/messages", answering(_write), methods=["POST"]),
        Route("/citizens/{channel}/{address}/read", answering(_read), methods=["POST"]),
        Route("/citizens/{channel}/{address}/staff", answering(_staff), methods=["POST"]),
        Route("/sent", answering(_sent), methods=["GET"]),
        Route("/media", answering(_new_media), methods=["POST"]),
        Route("/media/{media_id}", answering(_media), methods=["GET"]),
        Route("/media/{media_id}/gone", answering(_lose_media), methods=["POST"]),
        Route("/mailboxes", answering(_mailboxes), methods=["GET"]),
        Route("/events", _events, methods=["GET"]),
        Route("/health", answering(_health), methods=["GET"]),
        *control_api.routes(),
    ]


# Citizens


async def _citizens(_: Request, twin: Twin) -> Response:
    """Who wrote or was written to last comes first."""
    shown = []
    for citizen in twin.store.citizens():
        messages = twin.store.messages(citizen)
        last = messages[-1] if messages else None
        unread = [message for message in messages if message.status in ("sent", "delivered")]
        shown.append(
            {
                **dataclasses.asdict(citizen),
                "last": _words(twin, last) if last else "",
                "last_at": last.at if last else None,
                "unread": len([message for message in unread if message.direction == "out"]),
            }
        )
    return JSONResponse(sorted(shown, key=lambda row: -(row["last_at"] or 0)))


async def _new_citizen(request: Request, twin: Twin) -> Response:
    form = NewCitizen.model_validate_json(await request.body())
    if form.channel == "instagram":
        key = form.user_id or str(10**15 + secrets.randbelow(9 * 10**15))
        citizen = Citizen(key=key, channel="instagram", name=form.name or _new_name(twin))
    else:
        phone = (form.phone or _new_phone(twin)).removeprefix("+")
        # Whoever hides the number is known by an id alone, one that no later number leads to.
        unknown = form.hide_phone and form.phone is None
        user_id = form.user_id or bsuid_of(secrets.token_hex(8) if unknown else phone)
        shown_phone = None if form.hide_phone else phone
        citizen = Citizen(
            key=shown_phone or user_id,
            channel="whatsapp",
            name=form.name or _new_name(twin),
            phone=shown_phone,
            user_id=user_id,
        )
    if twin.store.find_citizen(citizen.key, citizen.channel):
        raise ActionError(f"there is already a citizen {citizen.key}")
    username = form.username or (f"@warga{citizen.key[-4:]}" if form.hide_phone else None)
    citizen = twin.store.save_citizen(dataclasses.replace(citizen, username=username))
    return JSONResponse(dataclasses.asdict(citizen), status_code=201)


def _new_phone(twin: Twin) -> str:
    """The next free of the fake numbers 62811-0000-xxxx."""
    taken = [
        int(citizen.phone[-4:])
        for citizen in twin.store.citizens()
        if citizen.phone and re.fullmatch(r"628110000\d{4}", citizen.phone)
    ]
    return f"628110000{max([1000, *taken]) + 1:04d}"


def _new_name(twin: Twin) -> str:
    names = ("Bu Sri", "Pak Joko", "Mbak Dewi", "Mas Agus", "Bu Endang", "Pak Slamet", "Mbak Rina")
    return names[len(twin.store.citizens()) % len(names)]


def _channel(request: Request) -> Channel:
    for channel in CHANNELS:
        if channel == request.path_params["channel"]:
            return channel
    raise UnknownError(request.path_params["channel"])


def _known_citizen(request: Request, twin: Twin) -> Citizen:
    address = request.path_params["address"]
    citizen = twin.store.find_citizen(address, _channel(request))
    if citizen is None:
        raise UnknownError(address)
    return citizen


async def _chat(request: Request, twin: Twin) -> Response:
    citizen = _known_citizen(request, twin)
    messages = [
        {
            "id": message.id,
            "direction": message.direction,
            "at": message.at,
            "status": message.status,
            "view": _view(twin, message),
            "body": message.body,
        }
        for message in twin.store.messages(citizen)
    ]
    return JSONResponse({"citizen": dataclasses.asdict(citizen), "messages": messages})


def _view(twin: Twin, message: Message) -> Json:
    """What the page draws; a raw message may be of no shape that anybody can draw."""
    try:
        return views.view(twin.config, message)
    except (AttributeError, KeyError, TypeError):
        return {"kind": "raw", "text": "", "media": list(message.media)}


def _words(twin: Twin, message: Message) -> str:
    try:
        return views.visible_text(twin.config, message)
    except (AttributeError, KeyError, TypeError):
        return ""


async def _change_citizen(request: Request, twin: Twin) -> Response:
    citizen = _known_citizen(request, twin)
    form = CitizenChange.model_validate_json(await request.body())
    changed = dataclasses.replace(citizen, **form.model_dump(exclude_unset=True))
    twin.store.save_citizen(changed)
    if citizen.offline and not changed.offline:
        twin.citizen_is_online_again(changed)
    return JSONResponse(dataclasses.asdict(changed))


async def _write(request: Request, twin: Twin) -> Response:
    """Send from a phone: one message, or `messages` and how they are to be delivered."""
    citizen = twin.citizen(_channel(request), request.path_params["address"])
    body = json.loads(await request.body() or b"{}")
    sending = _sending(body)
    if citizen.blocks:
        raise ActionError(f"{citizen.key} has blocked the account")
    prepare = PREPARE[citizen.channel]
    prepared = [each for action in sending.messages for each in prepare(twin, citizen, action)]
    for message, _, deed in prepared:
        twin.citizen_wrote(citizen, message, opens_window=deed.opens_window)
    tasks = [
        twin.deliver(
            citizen,
            payload(twin, citizen, bundled, sending),
            [each.message.id for each in bundled],
            delay_s=sending.delay_s,
        )
        for bundled in bundle(prepared, sending)
    ]
    now = twin.store.find_citizen(citizen.key, citizen.channel) or citizen
    for each in prepared:
        if each.deed.becomes:
            now = twin.citizen_becomes(citizen, each.deed.becomes)
    if sending.wait:
        await asyncio.gather(*tasks)
    ids = [each.message.id for each in prepared]
    answer = {"ids": ids, "id": ids[0], "webhooks": len(tasks), "citizen": dataclasses.asdict(now)}
    return JSONResponse(answer, status_code=202)


def _sending(body: Any) -> Sending:
    """The short form is one message whose delivery options stand beside its content."""
    if not isinstance(body, dict) or "messages" in body:
        return Sending.model_validate(body)
    options = {name: body[name] for name in Delivering.model_fields if name in body}
    content = {name: value for name, value in body.items() if name not in options}
    return Sending.model_validate({**options, "messages": [content]})


async def _read(request: Request, twin: Twin) -> Response:
    twin.citizen_read(_known_citizen(request, twin))
    return JSONResponse({"ok": True})


async def _staff(request: Request, twin: Twin) -> Response:
    """A person at the city answers in the Instagram app, behind the system's back."""
    citizen = _known_citizen(request, twin)
    if citizen.channel != "instagram":
        raise ActionError("a number of the Cloud API is in no app that a person could type in")
    form = StaffMessage.model_validate_json(await request.body())
    return JSONResponse({"id": twin.staff_wrote(citizen, form.text).id}, status_code=202)


async def _sent(request: Request, twin: Twin) -> Response:
    """What was sent to a citizen, oldest first."""
    citizen = twin.store.find_citizen(request.query_params.get("to", "").strip().removeprefix("+"))
    messages = twin.store.messages(citizen, "out") if citizen else []
    return JSONResponse([_sent_view(twin, message) for message in messages])


def _sent_view(twin: Twin, message: Message) -> Json:
    return {
        "id": message.id,
        "to": message.address,
        "channel": message.channel,
        "timestamp": message.at,
        "body": message.body,
        "text": _words(twin, message),
        "options": [offer._asdict() for offer in views.offers(twin.config, message)],
        "media": list(message.media),
        "status": message.status,
    }


# Media


async def _new_media(request: Request, twin: Twin) -> Response:
    """A citizen's file into Meta's hands: a multipart `file`, or the body with its type."""
    content_type = request.headers.get("Content-Type", "")
    if content_type.startswith("multipart/form-data"):
        async with request.form() as form:
            files = [value for value in form.values() if isinstance(value, UploadFile)]
            if not files:
                raise ActionError("no file in the form")
            content, content_type = await files[0].read(), files[0].content_type or ""
    else:
        content = await request.body()
    media = twin.media.keep(content, content_type)
    shown = {name: getattr(media, name) for name in ("id", "mime_type", "sha256")}
    return JSONResponse({**shown, "file_size": media.size}, status_code=201)


async def _media(request: Request, twin: Twin) -> Response:
    """The file, for the page: without a token, also when Meta has lost it."""
    media = twin.store.media(request.path_params["media_id"])
    if media is None:
        raise UnknownError(request.path_params["media_id"])
    content = twin.store.media_content(media)
    headers = {"Cache-Control": "max-age=3600", "Content-Disposition": "inline"}
    if not media.mime_type.startswith(
        ("image/jpeg", "image/png", "image/webp", "video/", "audio/")
    ):
        headers["Content-Disposition"] = "attachment"
    return Response(content, media_type=media.mime_type, headers=headers)


async def _lose_media(request: Request, twin: Twin) -> Response:
    twin.store.lose_media(request.path_params["media_id"])
    return JSONResponse({"ok": True})


# The rest of the world


async def _mailboxes(_: Request, twin: Twin) -> Response:
    return JSONResponse(await mailboxes.look(twin))


async def _health(_: Request, twin: Twin) -> Response:
    return JSONResponse({"ok": True, "verified": twin.webhooks.verified})


async def _events(request: Request) -> Response:
    twin: Twin = request.app.state.twin
    return StreamingResponse(_event_stream(twin), media_type="text/event-stream")


async def _event_stream(twin: Twin) -> AsyncGenerator[str, None]:
    """One event a change: whose chat. A comment now and then keeps the line open."""
    queue = twin.listen()
    try:
        yield ": open\n\n"
        while True:
            try:
                event = await asyncio.wait_for(queue.get(), timeout=15)
                yield f"data: {json.dumps(event)}\n\n"
            except TimeoutError:
                yield ": still here\n\n"
    finally:
        twin.stop_listening(queue)
