"""The erasure queue: forget a citizen who asked for it, and leave the bare facts of their reports.

Comes a minute after the request, so that the last message has left. Each step may be done twice.
"""

import os
from datetime import UTC, datetime
from typing import Any

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan.aws.batch import Failures, handle_queue
from aduan.aws.citizen_table import CitizenTable
from aduan.aws.erasure_list import ErasureList
from aduan.aws.observability import count, logger, metrics
from aduan.aws.photo_bucket import PhotoBucket
from aduan.aws.vault_table import VaultEraser
from aduan.change import Effect

table = CitizenTable(os.environ["REPORTS_TABLE"])
vault = VaultEraser(os.environ["VAULT_TABLE"])
bucket = PhotoBucket(os.environ["PHOTO_BUCKET"])
forgotten = ErasureList(os.environ["PHOTO_BUCKET"])


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> Failures:
    return handle_queue(event, _erase, logger)


def _erase(record: dict[str, Any]) -> None:
    effect = msgspec.json.decode(record["body"], type=Effect)
    if not effect.erase or effect.to is None:
        return
    for citizen_id in table.ids_of(effect.to):
        _forget(citizen_id)
    logger.info("citizen forgotten", citizen_id=effect.to)
    count("CitizenForgotten")


def _forget(citizen_id: str) -> None:
    forgotten.note(citizen_id)
    vault.erase(citizen_id)
    for request in table.requests_of(citizen_id):
        table.forget_reporter(request, at=datetime.now(UTC))
    table.forget_chat(citizen_id)
    for photo_id in table.photos_of(citizen_id):
        for key in table.photo_keys([photo_id]):
            bucket.delete(key)
        table.forget_photo(citizen_id, photo_id)
