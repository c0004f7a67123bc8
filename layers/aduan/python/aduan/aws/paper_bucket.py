"""The bucket of papers: months/<yyyy-mm>/ stay, printed/ is gone after a day."""

from aduan.aws.clients import client

LINK_VALID_S = 900
KINDS = {"csv": "text/csv; charset=utf-8", "html": "text/html; charset=utf-8"}


class PaperBucket:
    def __init__(self, name: str) -> None:
        self._name = name
        self._s3 = client("s3")

    def keep(self, key: str, text: str) -> None:
        """Store a paper, in the place of one that was made before."""
        kind, ending = KINDS[key.rpartition(".")[2]], key.rpartition(".")[2]
        # By this mark Excel, too, knows that a CSV is UTF-8.
        content = text.encode("utf-8-sig" if ending == "csv" else "utf-8")
        self._s3.put_object(Bucket=self._name, Key=key, Body=content, ContentType=kind)

    def link(self, key: str) -> str:
        """A link to read a paper for a quarter of an hour."""
        return self._s3.generate_presigned_url(
            "get_object", Params={"Bucket": self._name, "Key": key}, ExpiresIn=LINK_VALID_S
        )
