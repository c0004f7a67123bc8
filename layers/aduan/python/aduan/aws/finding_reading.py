"""What a search of the command centre reads: lists of reports, and then the reports themselves."""

from datetime import datetime

from aduan.aws.centre_table import CentreTable
from aduan.command_centre.finding import Wanted, on_all
from aduan.command_centre.views.finding import Found
from aduan.time_zone import WIB

MOST_READ = 1000  # of each list: the newest
MOST_LOOKED_AT = 100  # reports that one read of the table brings
MOST_FOUND = 50


def find(table: CentreTable, wanted: Wanted, at: datetime) -> Found:
    """The newest reports that fit, from the lists they are kept on: never a scan."""
    if wanted.is_nothing:
        return Found(at=at, wanted=wanted)
    span = wanted.span()
    if lists := wanted.lists():
        read = [table.found(each, *span, MOST_READ) for each in lists]
        numbers = list(on_all(read))
    else:
        months = wanted.months(at.astimezone(WIB).date())
        numbers = []
        for month in months:
            if len(numbers) <= MOST_FOUND:
                numbers += table.found(month, *span, MOST_FOUND + 1)
    requests = table.requests(numbers[:MOST_LOOKED_AT])
    fitting = [requests[n] for n in numbers if n in requests and wanted.fits(requests[n])]
    return Found(
        at=at,
        wanted=wanted,
        requests=tuple(fitting[:MOST_FOUND]),
        more=len(fitting) > MOST_FOUND or len(numbers) > MOST_LOOKED_AT,
    )
