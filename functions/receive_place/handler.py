"""A caller's signed link: GET shows one button and changes nothing, POST is where their phone is, once."""

import base64
import os
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import desk_link, jurisdiction, locating, place_page
from aduan.aws.observability import count, logger, metrics
from aduan.aws.place_table import PlaceTable
from aduan.aws.secrets import Secrets
from aduan.change import Change
from aduan.desk_link import ExpiredLinkError, ForgedLinkError
from aduan.errors import NotFoundError, StaleUpdateError
from aduan.locating import Locating
from aduan.message import Location

ATTEMPTS = 3

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
table = PlaceTable(os.environ["REPORTS_TABLE"])
secrets = Secrets(os.environ["SECRETS_PREFIX"], "link-key")


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    now, key = datetime.now(UTC), secrets["link-key"].encode()
    try:
        link = desk_link.read_place(event["pathParameters"]["link"], key, now)
        asked = table.locating(link.place_id)
    except ExpiredLinkError:
        return _told(HTTPStatus.GONE, "expired")
    except (ForgedLinkError, NotFoundError):
        count("PlaceLinkForged")
        return _told(HTTPStatus.NOT_FOUND, "forged")
    if asked.answered_at:
        return _told(HTTPStatus.OK, "used")
    if not asked.is_open(now):
        return _told(HTTPStatus.GONE, "expired")
    if event["requestContext"]["http"]["method"] != "POST":
        return _page(HTTPStatus.OK, place_page.render_question(city))
    found = locating.location_in(_form(event))
    if found is None:
        return _told(HTTPStatus.BAD_REQUEST, "unusable")
    return _told(HTTPStatus.OK, _keep(asked, *found, now))


def _keep(asked: Locating, pin: Location, accuracy_m: int | None, now: datetime) -> str:
    """The answer, for the form of the call or into its report, whichever it is by now."""
    for attempt in range(ATTEMPTS):
        if asked.answered_at:
            return "used"
        found = asked.answer(pin.lat, pin.long, accuracy_m, now)
        number = found.service_request_id
        change = locating.move_pin(table.request(number), found, city, now) if number else Change()
        try:
            table.save_answer(found, change, at=now)
        except StaleUpdateError:
            if attempt == ATTEMPTS - 1:
                raise
            asked = table.locating(asked.place_id)
        else:
            break
    logger.info("caller located", service_request_id=number)
    count("CallerLocated")
    return "received"


def _told(status: HTTPStatus, what: str) -> dict[str, Any]:
    return _page(status, place_page.render_told(what, city))


def _page(status: HTTPStatus, page: str) -> dict[str, Any]:
    """Kept nowhere, its address told to nobody, nothing loaded; the browser may ask where it is."""
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src {place_page.POLICY}; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        "content-security-policy": policy,
        "permissions-policy": "geolocation=(self)",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex",
    }
    return {"statusCode": status, "headers": headers, "body": page}


def _form(event: dict[str, Any]) -> dict[str, str]:
    """A posted form; API Gateway hands it over in base64."""
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body).decode(errors="replace")
    return dict(parse_qsl(body[:2000], keep_blank_values=True))
