"""Who was forgotten, by opaque id, where no restored backup reaches: to be forgotten again after one."""

from aduan.aws.clients import client

PREFIX = "erasures/"


class ErasureList:
    """An empty object for each, in the photo bucket, which has no backups; a lifecycle rule ends it."""

    def __init__(self, bucket: str) -> None:
        self._bucket, self._s3 = bucket, client("s3")

    def note(self, citizen_id: str) -> None:
        """Before anything is deleted: what is interrupted after is done again by the queue."""
        self._s3.put_object(Bucket=self._bucket, Key=f"{PREFIX}{citizen_id}", Body=b"")
