"""`make corrections FROM=corrections.jsonl OUT=text/corrections.csv`: what people put right, as training
text, for a person to read before it is learnt from."""

import csv
import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from aduan.correction import Correction
from layers.jurisdictions.training.examples import COLUMNS


def write(corrections: Iterable[Correction], path: Path) -> None:
    """Each text once; where it was put right twice, as it was last."""
    latest = {correction.text: correction for correction in corrections}
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
        rows.writeheader()
        for text in sorted(latest):
            row = asdict(latest[text]) | {"voice": f"corrected by {latest[text].corrected_by}"}
            rows.writerow({name: _letters(value) for name, value in row.items()})


def _letters(value: object) -> object:
    """As a spreadsheet shows it: a citizen's text that begins like a formula would be one."""
    return f" {value}" if str(value).startswith(tuple("=+-@\t\r")) else value


def main() -> None:
    lines = Path(os.environ["FROM"]).read_text(encoding="utf-8").splitlines()
    write((Correction(**json.loads(line)) for line in lines), Path(os.environ["OUT"]))


if __name__ == "__main__":
    main()
