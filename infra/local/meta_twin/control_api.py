"""The controls: how Meta behaves, what it has delivered, and what it bills.

The package's docstring lists them.
"""

import dataclasses
import json
import re
from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from infra.local.meta_twin.answering import Form, Json, UnknownError, answering
from infra.local.meta_twin.billing import month_of
from infra.local.meta_twin.citizen_actions import ActionError
from infra.local.meta_twin.config import TemplateStatus
from infra.local.meta_twin.envelopes import wire_bytes
from infra.local.meta_twin.store import Channel
from infra.local.meta_twin.twin import Fault, Twin
from infra.local.meta_twin.webhooks import Order


class AccountChange(Form):
    payment_method: bool = True
    expired_tokens: tuple[Channel, ...] = ()
    human_agent: bool = False
    refuses_late: bool = False


class HabitsChange(Form):
    times: Annotated[int, Field(ge=1, le=20)] = 1
    delay_s: Annotated[float, Field(ge=0, le=3600)] = 0
    jitter_s: Annotated[float, Field(ge=0, le=3600)] = 0
    unknown_fields: bool = False
    hold: bool = False


class Release(Form):
    order: Order = "as_sent"
    batch: bool = False


class TemplateChange(Form):
    status: TemplateStatus


class NewFault(Form):
    channel: Channel
    code: int
    times: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    subcode: int | None = None
    http_status: int | None = None
    lose_answer: bool = False
    by_status: bool = False
    chance: Annotated[float, Field(gt=0, le=1)] = 1
    of_media: bool = False


class RawWebhook(Form):
    channel: Channel
    body: Json


def routes() -> list[Route]:
    return [
        Route("/webhooks", answering(_webhooks), methods=["GET"]),
        Route("/webhooks", answering(_raw_webhook), methods=["POST"]),
        Route("/verify", answering(_verify), methods=["POST"]),
        Route("/faults", answering(_faults), methods=["GET", "POST", "DELETE"]),
        Route("/delivery", answering(_delivery), methods=["GET", "PATCH"]),
        Route("/delivery/release", answering(_release), methods=["POST"]),
        Route("/account", answering(_account), methods=["GET", "PATCH"]),
        Route("/templates", answering(_templates), methods=["GET"]),
        Route("/templates/{name}", answering(_change_template), methods=["PATCH"]),
        Route("/usage", answering(_usage), methods=["GET"]),
    ]


async def _webhooks(_: Request, twin: Twin) -> Response:
    """Every delivery so far, for tests: whose, its body, how often it was tried, what came back."""
    deliveries = [
        {**dataclasses.asdict(delivery), "body": json.loads(delivery.body)}
        for delivery in twin.store.deliveries()
    ]
    return JSONResponse(deliveries)


async def _raw_webhook(request: Request, twin: Twin) -> Response:
    """Sign and deliver any body: other fields, other accounts, standby, what nobody has seen."""
    form = RawWebhook.model_validate_json(await request.body())
    twin.webhooks.send("", form.channel, wire_bytes(form.body))
    return JSONResponse({"webhooks": 1}, status_code=202)


async def _verify(_: Request, twin: Twin) -> Response:
    return JSONResponse({"verified": await twin.webhooks.verify()})


async def _faults(request: Request, twin: Twin) -> Response:
    if request.method == "POST":
        form = NewFault.model_validate_json(await request.body())
        twin.faults.append(Fault(**form.model_dump()))
    if request.method == "DELETE":
        twin.faults.clear()
    return JSONResponse([dataclasses.asdict(fault) for fault in twin.faults])


async def _delivery(request: Request, twin: Twin) -> Response:
    """How webhooks are delivered from now on, of citizens' messages, statuses and echoes."""
    if request.method == "PATCH":
        form = HabitsChange.model_validate_json(await request.body())
        changes = form.model_dump(exclude_unset=True)
        twin.webhooks.habits = dataclasses.replace(twin.webhooks.habits, **changes)
    habits = dataclasses.asdict(twin.webhooks.habits)
    return JSONResponse({**habits, "held": twin.webhooks.held})


async def _release(request: Request, twin: Twin) -> Response:
    """Deliver what was held back, and hold nothing any more."""
    form = Release.model_validate_json(await request.body() or b"{}")
    twin.webhooks.habits = dataclasses.replace(twin.webhooks.habits, hold=False)
    return JSONResponse({"webhooks": twin.webhooks.release(form.order, batch=form.batch)})


async def _account(request: Request, twin: Twin) -> Response:
    if request.method == "PATCH":
        form = AccountChange.model_validate_json(await request.body())
        twin.account = dataclasses.replace(twin.account, **form.model_dump(exclude_unset=True))
    return JSONResponse(dataclasses.asdict(twin.account))


async def _templates(_: Request, twin: Twin) -> Response:
    return JSONResponse([template.model_dump() for template in twin.templates])


async def _change_template(request: Request, twin: Twin) -> Response:
    """Meta approves, pauses or disables a template, and tells the business so."""
    form = TemplateChange.model_validate_json(await request.body())
    changed = twin.review_template(request.path_params["name"], form.status)
    if not changed:
        raise UnknownError(request.path_params["name"])
    return JSONResponse([template.model_dump() for template in changed])


async def _usage(request: Request, twin: Twin) -> Response:
    """What Meta bills of a month, of this one where none is named."""
    month = request.query_params.get("month", month_of(twin.clock()))
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        raise ActionError(f"no month: {month}")
    return JSONResponse(twin.bill.of_month(month))
