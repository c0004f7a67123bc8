"""Print the WhatsApp templates to submit to Meta for approval: `make templates`."""

import json
import sys

from aduan import jurisdiction
from aduan.meta.templates import submissions


def main() -> None:
    city = jurisdiction.load("kediri")
    sys.stdout.write(json.dumps(submissions(city), indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
