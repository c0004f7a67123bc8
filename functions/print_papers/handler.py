"""Papers: a month's figures and open data, by the clock and by a button; one report, to be printed.

It reads counters and one report at a time, and writes nothing but its own bucket.
"""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import jurisdiction, report_number
from aduan.aws import centre_reading, widgets
from aduan.aws.centre_table import CentreTable
from aduan.aws.observability import count, logger, metrics
from aduan.aws.paper_bucket import PaperBucket
from aduan.aws.photo_bucket import PhotoBucket
from aduan.command_centre import figures, month_page, papers
from aduan.command_centre.papers import Month
from aduan.command_centre.views import papers as shown_papers
from aduan.command_centre.views import printed
from aduan.command_centre.views.papers import Papers
from aduan.command_centre.widget import Context
from aduan.errors import NotFoundError
from aduan.time_zone import WIB

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
table = CentreTable(os.environ["REPORTS_TABLE"])
bucket = PaperBucket(os.environ["PAPER_BUCKET"])
photos = PhotoBucket(os.environ["PHOTO_BUCKET"])
STATE_MACHINE_ARN = os.environ["STATE_MACHINE_ARN"]
endpoints = widgets.endpoints(os.environ["FUNCTION_ARN_PREFIX"])


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    now = datetime.now(UTC)
    if event.get("scheduled"):
        month = figures.month_of(now.astimezone(WIB).replace(day=1) - timedelta(days=1))
        return {"made": list(_make(month, now))}

    def show(told: Context) -> str:
        if event.get("paper") == "report":
            return _report(str(event.get("id", "")), told, context.aws_request_id, now)
        return _months(str(event.get("paper", "")), told, now)

    return widgets.answer(event, city, context, endpoints, show)


def _months(paper: str, told: Context, now: datetime) -> str:
    months = papers.months_until(now.astimezone(WIB).date())
    shown = Papers(months=months, month=months[1])
    if paper == "month":
        month, words = told.typed.get("month", ""), city.command_centre["papers"]
        if month not in months:
            shown = Papers(months=months, notice=words["no_such_month"], refused=True)
        else:
            links = {name: bucket.link(key) for name, key in _make(month, now).items()}
            shown = Papers(months=months, month=month, links=links, notice=words["made"])
    return shown_papers.render(shown, city, told)


def _make(month: str, now: datetime) -> dict[str, str]:
    """The three papers of a month in the bucket: name → key."""
    read = Month(
        month=month,
        at=now,
        days=table.days(*papers.bounds(month)),
        agencies=table.month(month),
        areas=table.month(month, figures.AREAS),
    )
    made = {
        "page": (f"months/{month}/laporan.html", month_page.render(read, city)),
        "figures": (f"months/{month}/angka.csv", papers.figures_csv(read, city)),
        "open_data": (f"months/{month}/data-terbuka.csv", papers.open_data_csv(read, city)),
    }
    for key, text in made.values():
        bucket.keep(key, text)
    logger.info("papers made", month=month)
    count("PapersMade", len(made))
    return {name: key for name, (key, _) in made.items()}


def _report(number: str, told: Context, invocation: str, now: datetime) -> str:
    if not report_number.is_valid(number):
        raise NotFoundError(number)
    shown = centre_reading.show_report(table, photos.link, STATE_MACHINE_ARN, number, city, now)
    key = f"printed/{invocation}.html"
    bucket.keep(key, printed.render(shown, city, now))
    logger.info("report printed", service_request_id=number)
    count("ReportPrinted")
    return shown_papers.link_to_print(bucket.link(key), city, told)
