"""The officer's signed link: GET shows the report and changes nothing, POST is one decision, once."""

import base64
import os
import secrets as random
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import agency_page, desk_link, jurisdiction
from aduan.agency_page import Upload, View
from aduan.aws.observability import count, logger, metrics
from aduan.aws.photo_bucket import PhotoBucket
from aduan.aws.secrets import Secrets
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.desk_link import DeskLink, ExpiredLinkError, ForgedLinkError
from aduan.errors import IllegalTransitionError, NotFoundError, PhotoRefusedError, StaleUpdateError
from aduan.officer import Act, Decision, ReasonMissingError, acts_possible, decide
from aduan.service_request import ServiceRequest

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
table = ServiceRequestTable(os.environ["REPORTS_TABLE"])
bucket = PhotoBucket(os.environ["PHOTO_BUCKET"])
secrets = Secrets(os.environ["SECRETS_PREFIX"], "link-key")
DESK_URL = os.environ["DESK_URL"]
FRAME_ANCESTORS = os.environ["FRAME_ANCESTORS"]
ATTEMPTS = 3


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    link, now = event["pathParameters"]["link"], datetime.now(UTC)
    try:
        who = desk_link.read(link, _key(), now)
        request = table.request(who.service_request_id)
    except ExpiredLinkError:
        return _refusal(HTTPStatus.GONE, "expired")
    except (ForgedLinkError, NotFoundError):
        count("DeskLinkForged")
        return _refusal(HTTPStatus.NOT_FOUND, "forged")
    if request.attempt != who.attempt:
        return _refusal(HTTPStatus.GONE, "reassigned")
    if event["requestContext"]["http"]["method"] == "POST":
        return _decide(link, who, request, _form(event), now)
    query = event.get("queryStringParameters") or {}
    notice = "done" if "done" in query else None
    return _page(HTTPStatus.OK, link, request, notice, uploaded=query.get("key"))


def _decide(
    link: str, who: DeskLink, request: ServiceRequest, form: dict[str, str], now: datetime
) -> dict[str, Any]:
    """Act on a form that was made for the report as it is; otherwise show how it stands now."""
    token = form.get("form_token", "")
    for _ in range(ATTEMPTS):
        if not desk_link.is_form_token(token, link, request.status, _key()):
            break
        try:
            _act(request, form, now)
        except StaleUpdateError:  # a photo came, or another officer was faster
            request = table.request(who.service_request_id)
            if request.attempt != who.attempt:
                return _refusal(HTTPStatus.GONE, "reassigned")
        except PhotoRefusedError as error:
            notice = "photo_missing" if error.reason == "missing" else "photo_wrong_type"
            return _page(HTTPStatus.UNPROCESSABLE_ENTITY, link, request, notice, typed=form)
        except ReasonMissingError:
            return _page(
                HTTPStatus.UNPROCESSABLE_ENTITY, link, request, "reason_missing", typed=form
            )
        except (IllegalTransitionError, ValueError):
            return _page(HTTPStatus.CONFLICT, link, request, "not_possible", typed=form)
        else:
            location = {"location": f"{DESK_URL}/{link}?done=1", "cache-control": "no-store"}
            return {"statusCode": HTTPStatus.SEE_OTHER, "headers": location, "body": ""}
    return _page(
        HTTPStatus.CONFLICT, link, request, "stale", typed=form, uploaded=form.get("photo")
    )


def _act(request: ServiceRequest, form: dict[str, str], now: datetime) -> None:
    """Load was done; decide, save, tell."""
    decision = Decision(
        act=Act(form.get("act", "")),
        words=form.get("words", ""),
        better_agency=form.get("better_agency") or None,
        proof_key=_proof(form, request),
    )
    table.save(decide(request, decision, city, now), at=now)

    logger.info(
        "officer decided",
        act=decision.act,
        service_request_id=request.service_request_id,
        agency_responsible=request.agency_responsible,
    )
    count(f"OfficerDecided.{decision.act}")


def _proof(form: dict[str, str], request: ServiceRequest) -> str | None:
    """The officer's photo, looked at and kept for good under its own digest."""
    if form.get("act") != Act.SOLVE:
        return None
    key = form.get("photo", "")
    if not key.startswith(_upload_prefix(request)):
        raise PhotoRefusedError("missing")
    return bucket.keep("proof", bucket.read_upload(key))


def _page(
    status: HTTPStatus,
    link: str,
    request: ServiceRequest,
    notice: str | None,
    *,
    uploaded: str | None = None,
    typed: dict[str, str] | None = None,
) -> dict[str, Any]:
    upload = None
    if Act.SOLVE in acts_possible(request):
        upload_key = _upload_prefix(request) + random.token_hex(8)
        form = bucket.upload_form(upload_key, then=f"{DESK_URL}/{link}")
        upload = Upload(url=form["url"], fields=form["fields"])
    is_ours = uploaded is not None and uploaded.startswith(_upload_prefix(request))
    view = View(
        request=request,
        agency=city.agency_name(request.agency_responsible),
        events=table.events(request.service_request_id),
        photo_links=[bucket.link(key) for key in table.photo_keys(request.photo_ids)],
        recording_links=[bucket.link(key) for key in table.photo_keys(request.recording_ids)],
        form_token=desk_link.form_token(link, request.status, _key()),
        upload=upload,
        uploaded=(uploaded, bucket.link(uploaded)) if uploaded and is_ours else None,
        proof_link=bucket.link(request.proof_key) if request.proof_key else None,
        notice=notice,
        typed=typed or {},
    )
    return _html(status, agency_page.render(view, city))


def _upload_prefix(request: ServiceRequest) -> str:
    return f"incoming/{request.service_request_id}-{request.attempt}-"


def _refusal(status: HTTPStatus, reason: str) -> dict[str, Any]:
    return _html(status, agency_page.render_refusal(reason, city))


def _html(status: HTTPStatus, page: str) -> dict[str, Any]:
    """A page that is kept nowhere, tells its address to nobody, and loads nothing but the photos."""
    url = urlsplit(bucket.link("proof/any"))
    photos = f"{url.scheme}://{url.netloc}"
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src {photos}; media-src {photos}; "
        f"form-action 'self' {photos}; base-uri 'none'; frame-ancestors {FRAME_ANCESTORS}"
    )
    headers = {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        "content-security-policy": policy,
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
    return dict(parse_qsl(body, keep_blank_values=True))


def _key() -> bytes:
    return secrets["link-key"].encode()
