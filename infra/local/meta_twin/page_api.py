"""What the page shows besides phones and mailboxes: the reports, their workflow, the city's map."""

import json
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from infra.local.meta_twin.reports import Reports, Unreachable
from infra.local.meta_twin.twin import Twin


def routes(twin: Twin) -> list[Route]:
    reports = Reports(twin.config)

    async def every_report(_: Request) -> Response:
        return JSONResponse({"reachable": True, "reports": await reports.all()})

    async def one_report(request: Request) -> Response:
        found = await reports.one(request.path_params["service_request_id"])
        if found is None:
            return JSONResponse({"error": "unknown"}, status_code=404)
        return JSONResponse(found)

    async def workflow(_: Request) -> Response:
        return JSONResponse(await reports.workflow())

    async def areas(_: Request) -> Response:
        file = twin.config.areas
        if file is None or not file.exists():
            return JSONResponse({"type": "FeatureCollection", "features": []})
        return FileResponse(file, media_type="application/geo+json")

    return [
        Route("/reports", _if_reachable(every_report), methods=["GET"]),
        Route("/reports/{service_request_id}", _if_reachable(one_report), methods=["GET"]),
        Route("/workflow", _if_reachable(workflow), methods=["GET"]),
        Route("/areas", areas, methods=["GET"]),
    ]


def _if_reachable(
    endpoint: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Unreachable:
            body = json.dumps({"reachable": False, "reports": [], "states": [], "main": []})
            return Response(body, media_type="application/json")

    return answer
