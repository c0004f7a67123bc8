"""The photo bucket: reports/ from citizens, proof/ from officers, incoming/ raw uploads of a day."""

from typing import Any

from aduan.aws.clients import client
from aduan.errors import PhotoRefusedError
from aduan.photo import MAX_BYTES, digest, kind_of, kind_of_recording

LINK_VALID_S = 900
UPLOAD_VALID_S = 3600


class PhotoBucket:
    def __init__(self, name: str) -> None:
        self._name = name
        self._s3 = client("s3")

    def keep(self, prefix: str, content: bytes, *, name: str = "", recording: bool = False) -> str:
        """Store a file once and give its key; PhotoRefusedError if it is no such.

        A citizen's has a name of its own: of a picture that two have sent, one's is deleted, not the other's.
        Without a name, its digest is its name.
        """
        mime_type, ending = (kind_of_recording if recording else kind_of)(content)
        key = f"{prefix}/{name or digest(content)}.{ending}"
        try:
            self._s3.put_object(
                Bucket=self._name, Key=key, Body=content, ContentType=mime_type, IfNoneMatch="*"
            )
        except self._s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] not in ("PreconditionFailed", "412"):
                raise
        return key

    def delete(self, key: str) -> None:
        self._s3.delete_object(Bucket=self._name, Key=key)

    def read_upload(self, key: str) -> bytes:
        """What an officer uploaded; PhotoRefusedError("missing") before it arrived.

        Without the right to list the bucket, S3 answers AccessDenied for what is not there.
        """
        try:
            answer = self._s3.get_object(Bucket=self._name, Key=key)
        except self._s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] not in ("NoSuchKey", "AccessDenied"):
                raise
            raise PhotoRefusedError("missing") from error
        return answer["Body"].read(MAX_BYTES + 1)

    def link(self, key: str) -> str:
        """A link to look at a photo for a quarter of an hour."""
        return self._s3.generate_presigned_url(
            "get_object", Params={"Bucket": self._name, "Key": key}, ExpiresIn=LINK_VALID_S
        )

    def upload_form(self, key: str, *, then: str) -> dict[str, Any]:
        """URL and fields of a form that uploads one image of at most 10 MB to this key, then leads on.

        https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
        """
        conditions: list[Any] = [
            ["content-length-range", 1, MAX_BYTES],
            ["starts-with", "$Content-Type", "image/"],
            {"success_action_redirect": then},
        ]
        return self._s3.generate_presigned_post(
            self._name,
            key,
            Fields={"success_action_redirect": then},
            Conditions=conditions,
            ExpiresIn=UPLOAD_VALID_S,
        )
