"""The part of graph.facebook.com and graph.instagram.com that the business calls."""

import hmac
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from infra.local.meta_twin.errors import (
    TITLES,
    GraphError,
    expired_token,
    instagram_error,
    no_such_object,
    whatsapp_error,
    wrong_token,
)
from infra.local.meta_twin.store import Channel
from infra.local.meta_twin.twin import Fault, Twin

Handler = Callable[[Request, Twin], Awaitable[Response]]
VERSION = re.compile(r"v\d{1,2}\.\d")


def routes() -> list[Route]:
    """To be put after all other routes: the version in the path is checked here."""
    return [
        Route("/media-file/{media_id}", _answering(_media_file)),
        Route("/{version}/{node}/messages", _answering(_send), methods=["POST"]),
        Route("/{version}/{node}/media", _answering(_upload), methods=["POST"]),
        Route("/{version}/{media_id}", _answering(_media), methods=["GET"]),
        Route("/{version}/{media_id}", _answering(_delete_media), methods=["DELETE"]),
    ]


def _answering(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        version = request.path_params.get("version", "v1.0")
        if not VERSION.fullmatch(version):
            return PlainTextResponse("Not found", status_code=404)
        try:
            return await handler(request, request.app.state.twin)
        except GraphError as error:
            return JSONResponse(error.body(), status_code=error.http_status)

    return endpoint


async def _send(request: Request, twin: Twin) -> Response:
    node = request.path_params["node"]
    channel: Channel = "whatsapp"
    if node in ("me", twin.config.instagram_account_id):
        channel = "instagram"
    _check_token(request, twin, channel)
    if channel == "whatsapp" and node != twin.config.phone_number_id:
        raise no_such_object(node)
    if fault := twin.take_fault(channel):
        raise _error_of(fault, twin.clock())
    body = await _json_body(request, channel)
    accept = twin.accept_whatsapp if channel == "whatsapp" else twin.accept_instagram
    answer = await accept(body)
    if twin.take_fault(channel, lose_answer=True):
        return PlainTextResponse("upstream request timeout", status_code=504)
    return JSONResponse(answer)


def _check_token(request: Request, twin: Twin, channel: Channel) -> None:
    config = twin.config
    token = config.whatsapp_token if channel == "whatsapp" else config.instagram_token
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise wrong_token()
    if channel in twin.account.expired_tokens:
        raise expired_token(channel, twin.clock())


def _error_of(fault: Fault, now: float) -> GraphError:
    if fault.code == 190:
        return expired_token(fault.channel, now)
    if fault.channel == "instagram":
        message = TITLES.get(fault.code, "Unexpected error")
        status = fault.http_status or 400
        return instagram_error(fault.code, message, subcode=fault.subcode, http_status=status)
    return whatsapp_error(fault.code, "Asked for by a test", http_status=fault.http_status)


async def _json_body(request: Request, channel: Channel) -> dict[str, Any]:
    """The body; what is not a JSON object is as good as empty to Meta."""
    try:
        body = json.loads(await request.body())
    except (ValueError, UnicodeDecodeError):
        body = None
    if isinstance(body, dict):
        return body
    if channel == "instagram":
        raise instagram_error(100, "(#100) The parameter recipient is required")
    raise GraphError(100, "(#100) The parameter messaging_product is required.")


async def _upload(request: Request, twin: Twin) -> Response:
    """`POST /<phone number id>/media`: a file of the business, for 30 days."""
    _check_token(request, twin, "whatsapp")
    if request.path_params["node"] != twin.config.phone_number_id:
        raise no_such_object(request.path_params["node"])
    async with request.form() as form:
        if form.get("messaging_product") != "whatsapp":
            raise GraphError(100, "(#100) The parameter messaging_product is required.")
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise GraphError(100, "(#100) The parameter file is required.")
        media = twin.media.upload(await file.read(), file.content_type or "")
    return JSONResponse({"id": media.id})


async def _media(request: Request, twin: Twin) -> Response:
    """`GET /<media id>`: where the file is for the next five minutes."""
    _check_token(request, twin, "whatsapp")
    if fault := twin.take_fault("whatsapp", of_media=True):
        raise _error_of(fault, twin.clock())
    media_id = request.path_params["media_id"]
    media = twin.media.find(media_id)
    uploaded_on = twin.config.phone_number_id if media.ours else ""
    if request.query_params.get("phone_number_id", uploaded_on) != uploaded_on:
        # Meta means the number that uploaded the file: for a citizen's file there is none.
        raise GraphError(
            100,
            "(#100) Param phone_number_id is not a valid whatsapp business phone number id ID",
        )
    return JSONResponse(
        {
            "messaging_product": "whatsapp",
            "url": twin.media.link(media, "whatsapp"),
            "mime_type": media.mime_type,
            "sha256": media.sha256,
            "file_size": media.size,
            "id": media.id,
        }
    )


async def _delete_media(request: Request, twin: Twin) -> Response:
    _check_token(request, twin, "whatsapp")
    media = twin.media.find(request.path_params["media_id"])
    twin.store.lose_media(media.id)
    return JSONResponse({"success": True})


async def _media_file(request: Request, twin: Twin) -> Response:
    """The file itself, as lookaside.fbsbx.com (WhatsApp, token) or the Instagram CDN (none)."""
    media_id = request.path_params["media_id"]
    query = request.query_params
    channel, expiry = query.get("for", ""), query.get("oe", "0")
    if channel == "instagram" and twin.take_fault("instagram", of_media=True):
        return PlainTextResponse("upstream request timeout", status_code=504)
    state = twin.media.link_state(media_id, channel, expiry, query.get("oh", ""))
    if state == "forged":
        return PlainTextResponse("Bad URL hash", status_code=403)
    if channel == "whatsapp":
        _check_token(request, twin, "whatsapp")
    media = twin.store.media(media_id)
    if state == "expired" or media is None or media.gone:
        return PlainTextResponse("URL signature expired", status_code=404)
    return Response(twin.store.media_content(media), media_type=media.mime_type)
