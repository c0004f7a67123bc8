"""How the twin's own JSON API answers: what a handler gives, or what was wrong with the request."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from infra.local.meta_twin.citizen_actions import ActionError
from infra.local.meta_twin.twin import Twin

Json = dict[str, Any]
Handler = Callable[[Request, Twin], Awaitable[Response]]


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class UnknownError(Exception):
    """No such citizen, media or message."""


def answering(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return await handler(request, request.app.state.twin)
        except ValidationError as error:
            reason = "; ".join(
                f"{'.'.join(str(part) for part in found['loc'])}: {found['msg']}"
                for found in error.errors()
            )
            return JSONResponse({"error": reason}, status_code=400)
        except json.JSONDecodeError as error:
            return JSONResponse({"error": f"no JSON: {error}"}, status_code=400)
        except ActionError as error:
            return JSONResponse({"error": str(error)}, status_code=409)
        except UnknownError as error:
            return JSONResponse({"error": f"unknown: {error}"}, status_code=404)

    return endpoint
