"""The edge of every function behind a custom widget: what CloudWatch asks, and a sentence when it fails."""

from collections.abc import Callable
from html import escape
from traceback import extract_tb
from typing import Any

from aduan.aws.observability import count, logger
from aduan.command_centre import widget
from aduan.command_centre.views.common import ACT, CALL, REDRIVE, REVEAL, SHOW
from aduan.command_centre.widget import Context
from aduan.jurisdiction import Jurisdiction

DESCRIBE = """### Command centre of Aduan 112
Shows one view of the desk. Parameters: `view`: today, triage, report (with `id`), health, agency.
"""


def endpoints(prefix: str) -> dict[str, str]:
    """The functions behind the buttons: each may do one thing, and IAM says who may call which."""
    return {name: f"{prefix}{name}" for name in (SHOW, ACT, CALL, REDRIVE, REVEAL)}


def answer(
    event: dict[str, Any],
    city: Jurisdiction,
    context: Any,
    endpoints: dict[str, str],
    show: Callable[[Context], str],
) -> str:
    """The widget's HTML; when anything goes wrong, one sentence with what finds it again in the logs."""
    if event.get("describe"):
        return DESCRIBE
    told = widget.context_of(event, endpoints, click=context.aws_request_id)
    try:
        return show(told)
    except Exception as error:  # noqa: BLE001 - the edge: a person waits in front of it
        place = extract_tb(error.__traceback__)[-1]
        logger.error("widget failed", error=type(error).__name__, at=f"{place.name}:{place.lineno}")
        count("WidgetFailed")
        sentence = str(city.command_centre["notices"]["failed"])
        shown = sentence.format(invocation=escape(context.aws_request_id))
        return widget.page(told, widget.notice(shown, refused=True))
