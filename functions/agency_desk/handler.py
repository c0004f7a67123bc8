"""The officer's signed link: GET shows the report and changes nothing, POST is one decision, once."""

import base64
import os
import secrets as random
from contextlib import suppress
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import agency_page, agency_view, companions, desk_link, jurisdiction
from aduan.agency_page import Upload, View
from aduan.aws.observability import count, logger, metrics
from aduan.aws.photo_bucket import PhotoBucket
from aduan.aws.secrets import Secrets
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.desk_link import DeskLink, ExpiredLinkError, ForgedLinkError
from aduan.errors import IllegalTransitionError, NotFoundError, PhotoRefusedError, StaleUpdateError
from aduan.exif import stripped, taken
from aduan.look import Proof, look_of
from aduan.officer import (
    WITH_PHOTO,
    Act,
    DateWrongError,
    Decision,
    ReasonMissingError,
    acts_possible,
    seen_by_officers,
)
from aduan.photo import kind_of
from aduan.pictures.decoding import tiny_grey, to_be_sent
from aduan.proof import doubts
from aduan.service_request import ServiceRequest
from aduan.shrinking import POLICY
from aduan.working_together import decide

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
table = ServiceRequestTable(os.environ["REPORTS_TABLE"])
bucket = PhotoBucket(os.environ["PHOTO_BUCKET"])
secrets = Secrets(os.environ["SECRETS_PREFIX"], "link-key")
DESK_URL = os.environ["DESK_URL"]
FRAME_ANCESTORS = os.environ["FRAME_ANCESTORS"]
ATTEMPTS = 3
BEFORE = "-before"  # at the end of an upload's key: how it looked before the work


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    link, now = event["pathParameters"]["link"], datetime.now(UTC)
    try:
        who = desk_link.read(link, _key(), now)
        request = table.request(who.service_request_id)
        view = companions.seen_by(request, who.agency)
    except ExpiredLinkError:
        return _refusal(HTTPStatus.GONE, "expired")
    except (ForgedLinkError, NotFoundError):
        count("DeskLinkForged")
        return _refusal(HTTPStatus.NOT_FOUND, "forged")
    if view is None or view.attempt != who.attempt:
        return _refusal(HTTPStatus.GONE, "reassigned")
    if _issue_of(view, who) != who.issue:
        count("DeskLinkRevoked")
        return _refusal(HTTPStatus.GONE, "revoked")
    if event["requestContext"]["http"]["method"] == "POST":
        return _decide(link, who, request, view, _form(event), now)
    query = event.get("queryStringParameters") or {}
    notice, uploaded = "done" if "done" in query else None, _uploaded(query.get("key"), view)
    if uploaded and not view.is_over:
        try:
            bucket.check_upload(uploaded)
        except PhotoRefusedError as error:
            notice, uploaded = f"photo_{error.reason}", None
    return _page(HTTPStatus.OK, link, view, notice, uploaded=uploaded)


def _issue_of(view: ServiceRequest, who: DeskLink) -> int:
    """How many links of this dispatch were revoked."""
    if part := view.part_of(who.agency):
        return part.issue
    assignment = table.assignment(who.service_request_id, who.attempt)
    return assignment.issue if assignment else who.issue


def _decide(
    link: str,
    who: DeskLink,
    request: ServiceRequest,
    view: ServiceRequest,
    form: dict[str, str],
    now: datetime,
) -> dict[str, Any]:
    """Act on a form that was made for the report as it is; otherwise show how it stands now."""
    token = form.get("form_token", "")
    for _ in range(ATTEMPTS):
        if not desk_link.is_form_token(token, link, seen_by_officers(view), _key()):
            break
        try:
            _act(request, view, who.agency, form, now)
        except StaleUpdateError:  # a photo came, or another officer or agency was faster
            request = table.request(who.service_request_id)
            latest = companions.seen_by(request, who.agency)
            if latest is None or latest.attempt != who.attempt:
                return _refusal(HTTPStatus.GONE, "reassigned")
            view = latest
        except PhotoRefusedError as error:
            return _once_more(link, view, f"photo_{error.reason}", form)
        except ReasonMissingError:
            return _once_more(link, view, "reason_missing", form)
        except DateWrongError:
            return _once_more(link, view, "date_wrong", form)
        except (IllegalTransitionError, ValueError):
            return _page(HTTPStatus.CONFLICT, link, view, "not_possible", typed=form)
        else:
            location = {"location": f"{DESK_URL}/{link}?done=1", "cache-control": "no-store"}
            return {"statusCode": HTTPStatus.SEE_OTHER, "headers": location, "body": ""}
    uploaded = _uploaded(form.get("photo"), view)
    return _page(HTTPStatus.CONFLICT, link, view, "stale", typed=form, uploaded=uploaded)


def _act(
    request: ServiceRequest,
    view: ServiceRequest,
    agency: str | None,
    form: dict[str, str],
    now: datetime,
) -> None:
    """Load was done; decide, save, tell."""
    act = Act(form.get("act", ""))
    if act not in acts_possible(view):
        raise IllegalTransitionError(act)
    decision = Decision(
        act=act,
        words=form.get("words", ""),
        better_agency=form.get("better_agency") or None,
        until=_date(form.get("until", "")),
        **_photo(act, form, view),
    )
    table.save(decide(request, agency, decision, city, now), at=now)

    logger.info(
        "officer decided",
        act=decision.act,
        service_request_id=request.service_request_id,
        agency_responsible=view.agency_responsible,
        proof_doubts=decision.proof_doubts,
    )
    count(f"OfficerDecided.{decision.act}")
    for doubt in decision.proof_doubts:
        count(f"ProofDoubted.{doubt}")


def _photo(act: Act, form: dict[str, str], request: ServiceRequest) -> dict[str, Any]:
    """The officer's photo, looked at, and kept without what the camera wrote under its own digest."""
    if act not in WITH_PHOTO:
        return {}
    uploaded = _uploaded(form.get("photo"), request)
    if uploaded is None:
        raise PhotoRefusedError("missing")
    content = bucket.read_upload(uploaded)
    kind_of(content)
    look = look_of(tiny_grey(content))
    key = bucket.keep("proof", to_be_sent(stripped(content)))
    if act is Act.BEFORE:
        return {"proof_key": key}
    proof = Proof(key=key, look=look)
    against = doubts(
        request,
        proof,
        taken(content),
        earlier=table.earlier_proofs(proof),
        reporters=table.looks(request.photo_ids),
    )
    return {"proof_key": key, "proof_look": look, "proof_doubts": against}


def _date(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text.strip())
    return None


def _once_more(
    link: str, request: ServiceRequest, notice: str, form: dict[str, str]
) -> dict[str, Any]:
    """Something is missing in a form that was good otherwise: nothing typed is lost."""
    uploaded = None if notice.startswith("photo_") else _uploaded(form.get("photo"), request)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(status, link, request, notice, typed=form, uploaded=uploaded)


def _uploaded(key: str | None, request: ServiceRequest) -> str | None:
    """The key of an upload, if it is one for this assignment."""
    return key if key and key.startswith(_upload_prefix(request)) else None


def _page(
    status: HTTPStatus,
    link: str,
    request: ServiceRequest,
    notice: str | None,
    *,
    uploaded: str | None = None,
    typed: dict[str, str] | None = None,
) -> dict[str, Any]:
    possible = acts_possible(request)
    shown = (uploaded, bucket.link(uploaded)) if uploaded else None
    is_before = uploaded is not None and uploaded.endswith(BEFORE)
    earlier = table.earlier(request)
    view = View(
        request=request,
        agency=city.agency_name(request.agency_responsible),
        events=table.events(request.service_request_id),
        photo_links=[bucket.link(key) for key in table.photo_keys(request.photos_of_then)],
        now_links=[bucket.link(key) for key in table.photo_keys(request.photos_of_now)],
        recording_links=[bucket.link(key) for key in table.photo_keys(request.recording_ids)],
        form_token=desk_link.form_token(link, seen_by_officers(request), _key()),
        upload=_upload(link, request) if Act.SOLVE in possible else None,
        upload_before=_upload(link, request, BEFORE) if Act.BEFORE in possible else None,
        uploaded=None if is_before else shown,
        uploaded_before=shown if is_before else None,
        proof_link=bucket.link(request.proof_key) if request.proof_key else None,
        before_link=bucket.link(request.before_key) if request.before_key else None,
        followers=table.followers(request.service_request_id)[0] if request.joined else (),
        earlier=earlier,
        earlier_proof_link=bucket.link(earlier.proof_key)
        if earlier and earlier.proof_key
        else None,
        notice=notice,
        typed=typed or {},
    )
    return _html(status, agency_page.render(view, city))


def _upload(link: str, request: ServiceRequest, ending: str = "") -> Upload:
    key, then = _upload_prefix(request) + random.token_hex(8) + ending, f"{DESK_URL}/{link}"
    form = bucket.upload_form(key, then=then)
    return Upload(url=form["url"], fields=form["fields"], then=then)


def _upload_prefix(request: ServiceRequest) -> str:
    part = request.part_of(request.agency_responsible)
    whose = f"{part.agency}-" if part else ""
    return f"incoming/{request.service_request_id}-{request.attempt}-{whose}"


def _refusal(status: HTTPStatus, reason: str) -> dict[str, Any]:
    return _html(status, agency_view.render_refusal(reason, city))


def _html(status: HTTPStatus, page: str) -> dict[str, Any]:
    """A page that is kept nowhere, tells its address to nobody, and loads nothing but the photos.

    Its one script is known by its digest, and sends photos to the bucket alone.
    """
    url = urlsplit(bucket.link("proof/any"))
    photos = f"{url.scheme}://{url.netloc}"
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src {POLICY}; "
        f"img-src {photos}; media-src {photos}; connect-src {photos}; "
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
