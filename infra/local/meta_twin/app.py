"""The web application: Graph API, phones and page on one port."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.local.meta_twin import citizen_api, graph_api, page_api
from infra.local.meta_twin.config import Config
from infra.local.meta_twin.twin import Twin

PAGE = Path(__file__).parent / "page"
TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
}


def security_policy(config: Config) -> str:
    """The page runs its own scripts alone, and shows nothing in a frame but the officers' desk."""
    desk = urlsplit(config.desk_url)
    frames = f"{desk.scheme}://{desk.netloc}" if desk.netloc else "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        f"img-src 'self' blob: data:; media-src 'self' blob:; frame-src {frames}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )


class SecurityHeaders:
    """The page runs its own script alone, whatever a citizen or an officer writes."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._policy = policy.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] += [
                    (b"content-security-policy", self._policy),
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"no-referrer"),
                ]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def create_app(twin: Twin) -> Starlette:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        twin.webhooks.verify_until_it_works()
        twin.webhooks.resume()
        yield
        await twin.webhooks.stop()
        twin.store.close()

    pages = [Route("/", _page_file(PAGE / "index.html"))]
    pages += [Route(f"/{file.name}", _page_file(file)) for file in sorted(PAGE.iterdir())]
    app = Starlette(
        routes=[*pages, *page_api.routes(twin), *citizen_api.routes(), *graph_api.routes()],
        middleware=[Middleware(SecurityHeaders, policy=security_policy(twin.config))],
        lifespan=lifespan,
    )
    app.state.twin = twin
    return app


def _page_file(file: Path) -> Callable[[Request], Awaitable[Response]]:
    content = file.read_bytes()

    async def endpoint(_: Request) -> Response:
        headers = {"Cache-Control": "no-cache"}
        return Response(content, media_type=TYPES[file.suffix], headers=headers)

    return endpoint
