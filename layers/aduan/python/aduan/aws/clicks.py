"""What a button of a widget has done is done once, however often its click arrives.

Key (PK / SK): click#<id> / click    for two days, with the report that it made, if it made one
"""

from datetime import datetime, timedelta

from aduan.aws.items import to_item
from aduan.aws.table import Write, put_new
from aduan.errors import AlreadySeenError

KEPT = timedelta(days=2)


def seen(click: str, at: datetime, **more: str) -> Write:
    """The mark of a click; AlreadySeenError for the second time."""
    expires = int((at + KEPT).timestamp())
    item = {"PK": f"click#{click}", "SK": "click", **more, "expires_at": expires}
    return put_new(to_item(item), AlreadySeenError)
