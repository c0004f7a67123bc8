"""The web application: dashboards of the emulator's CloudWatch, and invocations of its functions."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from infra.local.console_twin.widgets import event_for, shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

PAGE = Path(__file__).parent / "page"
# The page runs its own script alone; a widget may have styles of its own, and pictures from anywhere.
SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src * data:; media-src *; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


class Console:
    """CloudWatch and Lambda as a person's own console session would reach them."""

    def __init__(self, endpoint_url: str, region: str) -> None:
        def client(service: str) -> Any:
            create: Any = boto3.client
            return create(
                service,
                endpoint_url=endpoint_url,
                region_name=region,
                aws_access_key_id="test",
                aws_secret_access_key="test",
                config=Config(read_timeout=60, retries={"total_max_attempts": 1}),
            )

        self._cloudwatch, self._lambda = client("cloudwatch"), client("lambda")
        self._texts = f"{endpoint_url}/_ministack/sns/sms-messages?region={region}"

    def dashboards(self) -> list[str]:
        found = self._cloudwatch.list_dashboards()["DashboardEntries"]
        return sorted(each["DashboardName"] for each in found)

    def dashboard(self, name: str) -> dict[str, Any]:
        answer = self._cloudwatch.get_dashboard(DashboardName=name)
        return dict(json.loads(answer["DashboardBody"]))

    def widget(self, endpoint: str, params: Any, context: dict[str, Any]) -> dict[str, str]:
        event = json.dumps(event_for(params, context)).encode()
        answer = self._lambda.invoke(FunctionName=endpoint, Payload=event)
        body = json.loads(answer["Payload"].read() or b"null")
        if "FunctionError" in answer:
            return {
                "error": str(body.get("errorMessage", body) if isinstance(body, dict) else body)
            }
        return shown(body)

    def texts(self) -> list[dict[str, str]]:
        """Every SMS that SNS has sent, the newest of each phone first: what callers hold in their hands."""
        with urllib.request.urlopen(self._texts, timeout=10) as answer:
            sent = json.loads(answer.read())["sms_messages"]
        return [
            {"number": number, "text": each["Message"]}
            for number, messages in sent.items()
            for each in reversed(messages)
        ]


def create_app(endpoint_url: str, region: str) -> Starlette:
    console = Console(endpoint_url, region)

    async def dashboards(_: Request) -> Response:
        return JSONResponse(await run_in_threadpool(console.dashboards))

    async def dashboard(request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(console.dashboard, request.path_params["name"]))

    async def widget(request: Request) -> Response:
        asked = await request.json()
        answer = await run_in_threadpool(
            console.widget, asked["endpoint"], asked.get("params"), asked.get("widgetContext", {})
        )
        return JSONResponse(answer)

    async def texts(_: Request) -> Response:
        return JSONResponse(await run_in_threadpool(console.texts))

    files = {
        "/": ("index.html", "text/html"),
        "/console.css": ("console.css", "text/css"),
        "/console.js": ("console.js", "text/javascript"),
    }
    return Starlette(
        routes=[
            *(Route(path, _file(*file)) for path, file in files.items()),
            Route("/texts", texts),
            Route("/dashboards", dashboards),
            Route("/dashboards/{name}", dashboard),
            Route("/widget", widget, methods=["POST"]),
        ]
    )


def _file(name: str, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    content = (PAGE / name).read_bytes()
    headers = {
        "Content-Security-Policy": SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache",
    }

    async def endpoint(_: Request) -> Response:
        return Response(content, media_type=media_type, headers=headers)

    return endpoint
