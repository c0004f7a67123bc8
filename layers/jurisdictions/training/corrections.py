"""`make corrections OUT=text/corrections.csv`: what people put right in a stage's table, as training text,
for a person to read before it is learnt from."""

import csv
import os
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from aduan.aws.service_request_table import ServiceRequestTable
from aduan.correction import Correction
from layers.jurisdictions.training.examples import COLUMNS


def write(corrections: Iterable[Correction], path: Path) -> int:
    """Each text once; where it was put right twice, as it was last. Gives how many there are."""
    latest = {correction.text: correction for correction in corrections}
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
        rows.writeheader()
        for text in sorted(latest):
            row = asdict(latest[text]) | {"voice": f"corrected by {latest[text].corrected_by}"}
            rows.writerow({name: _letters(value) for name, value in row.items()})
    return len(latest)


def _letters(value: object) -> object:
    """As a spreadsheet shows it: a citizen's text that begins like a formula would be one."""
    return f" {value}" if str(value).startswith(tuple("=+-@\t\r")) else value


def main() -> None:
    table, out = os.environ["REPORTS_TABLE"], Path(os.environ["OUT"])
    written = write(ServiceRequestTable(table).corrections(datetime.now(UTC)), out)
    print(f"{written} messages that were put right are in {out}: read them before `make train`.")


if __name__ == "__main__":
    main()
