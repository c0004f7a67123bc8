"""One client per service and process, with time-outs far below a function's own.

boto3's low-level clients are botocore's; made without boto3 around them they spare every cold start
the import of what boto3 adds (resources, s3transfer). Making a client is mostly reading botocore's
JSON description of the service, which msgspec does many times faster than the standard library.
Together a quarter of a cold start (`make bench`).
"""

import gzip
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

import botocore.session
import msgspec
from botocore.config import Config
from botocore.loaders import JSONFileLoader, Loader

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_stepfunctions import SFNClient

# A retried call must be harmless: every write of ours is conditional or deterministic by name.
_CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
    s3={"addressing_style": "path"},
    signature_version="v4",
)


@overload
def client(service: Literal["dynamodb"]) -> "DynamoDBClient": ...
@overload
def client(service: Literal["kms"]) -> "KMSClient": ...
@overload
def client(service: Literal["s3"]) -> "S3Client": ...
@overload
def client(service: Literal["sns"]) -> "SNSClient": ...
@overload
def client(service: Literal["sqs"]) -> "SQSClient": ...
@overload
def client(service: Literal["ssm"]) -> "SSMClient": ...
@overload
def client(service: Literal["stepfunctions"]) -> "SFNClient": ...
@overload
def client(service: Literal["scheduler"]) -> Any: ...
@cache
def client(service: str) -> Any:
    return _session().create_client(service, config=_CONFIG)


@cache
def _session() -> botocore.session.Session:
    session = botocore.session.get_session()
    session.register_component("data_loader", Loader(file_loader=_ModelFiles()))
    return session


class _ModelFiles(JSONFileLoader):
    """botocore's reader of its models, with a faster one of JSON."""

    def load_file(self, file_path: str) -> Any:
        """A model as dicts and lists; None where there is no such file."""
        plain, packed = Path(f"{file_path}.json"), Path(f"{file_path}.json.gz")
        if packed.is_file():
            return msgspec.json.decode(gzip.decompress(packed.read_bytes()))
        return msgspec.json.decode(plain.read_bytes()) if plain.is_file() else None
