"""The photo queue: fetch a citizen's photo or recording from Meta while it is there, look at it, keep it.

And let go of it when it is part of nothing any more: a draft was given up, a message was taken back.
"""

import os
from datetime import UTC, datetime
from typing import Any

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan.aws.batch import Failures, handle_queue
from aduan.aws.effect_table import effect_key
from aduan.aws.observability import count, logger, metrics
from aduan.aws.photo_bucket import PhotoBucket
from aduan.aws.secrets import Secrets
from aduan.aws.service_request_table import ServiceRequestTable
from aduan.change import Change, Effect
from aduan.errors import AlreadySeenError, NotFoundError, PhotoRefusedError
from aduan.exif import stripped
from aduan.film import blanked
from aduan.look import look_of
from aduan.message import Media, Say
from aduan.message_digest import is_recording
from aduan.meta import graph_api
from aduan.photo import MAX_BYTES, MAX_RECORDING_BYTES
from aduan.pictures.decoding import drawn_anew, tiny_grey

table = ServiceRequestTable(os.environ["REPORTS_TABLE"])
bucket = PhotoBucket(os.environ["PHOTO_BUCKET"])
secrets = Secrets(os.environ["SECRETS_PREFIX"], "whatsapp-token")
WHATSAPP_API_URL = os.environ["WHATSAPP_API_URL"]
MEDIA_HOSTS = os.environ["MEDIA_HOSTS"].split(",")


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> Failures:
    return handle_queue(event, _fetch, logger)


def _fetch(record: dict[str, Any]) -> None:
    effect = msgspec.json.decode(record["body"], type=Effect)
    if effect.let_go:
        _let_go(effect)
        return
    if effect.fetch is None or effect.photo_id is None or table.has_photo(effect.photo_id):
        return
    if table.get(*effect_key(effect)) is None:  # its citizen was forgotten meanwhile
        return
    outcome: dict[str, str] = {}
    change = Change()
    try:
        recording = is_recording(effect.photo_id)
        content = _download(effect.fetch, MAX_RECORDING_BYTES if recording else MAX_BYTES)
        kept = blanked(content) if recording else _without_traces(content)
        key = bucket.keep("reports", kept, name=effect.photo_id, recording=recording)
        outcome = {"key": key}
        if not recording and (look := _look(content)):
            outcome["look"] = look
        count("PhotoStored")
    except PhotoRefusedError as error:
        outcome, change = {"refused": error.reason}, _regret(effect, error.reason)
        count("PhotoRefused")
    try:
        table.save_fetched(effect, outcome, change=change, at=datetime.now(UTC))
    except (AlreadySeenError, NotFoundError):  # another was faster; or let go of, or forgotten
        logger.info("photo is not wanted", photo_id=effect.photo_id)
        if "key" in outcome and outcome["key"] not in table.photo_keys([effect.photo_id]):
            bucket.delete(outcome["key"])


def _let_go(effect: Effect) -> None:
    if key := table.let_go_of_photo(effect, at=datetime.now(UTC)):
        bucket.delete(key)
        count("PhotoLetGo")


def _download(media: Media, at_most: int) -> bytes:
    if media.url:
        return graph_api.fetch_instagram(media, MEDIA_HOSTS, at_most=at_most)
    token = secrets["whatsapp-token"]
    return graph_api.fetch_whatsapp(WHATSAPP_API_URL, token, media, MEDIA_HOSTS, at_most=at_most)


def _without_traces(content: bytes) -> bytes:
    """Where the photo was taken may be where its reporter lives: that is nobody's business.

    What cannot be cut apart is drawn anew; PhotoRefusedError if it is no picture at all.
    """
    try:
        return stripped(content)
    except PhotoRefusedError:
        return drawn_anew(content)


def _look(content: bytes) -> str | None:
    """How it looks, to be compared with what an officer sends as proof."""
    try:
        return look_of(tiny_grey(content))
    except PhotoRefusedError:
        return None  # it begins like a photo: people may see more in it


def _regret(effect: Effect, reason: str) -> Change:
    """A kind sentence to the citizen; the report goes on without the photo."""
    say = Say(text=f"photo_{reason}")
    return Change(effects=(Effect(name=f"say#{effect.photo_id}", say=say, to=effect.to),))
