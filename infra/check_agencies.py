"""Which agencies would hear of no report? `make deploy` asks it at its end, `make check` at any time.

It runs the stage's function `check_agencies`, which tells the command centre as well.
"""

from __future__ import annotations

import argparse
import json
import sys

import boto3

from infra.settings import REGION, Settings


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.check_agencies", description=__doc__)
    parser.add_argument("--stage", default="production")
    settings = Settings(whatsapp_phone_number_id="", stage=parser.parse_args().stage)
    answer = boto3.client("lambda", region_name=REGION).invoke(
        FunctionName=settings.name("check_agencies"), Payload=b"{}"
    )
    if answer.get("FunctionError"):
        print(f"`{settings.name('check_agencies')}` failed: see its log.", file=sys.stderr)  # noqa: T201
        return 1
    unheard = json.loads(answer["Payload"].read())["unheard"]
    for agency in unheard:
        print(f"Nobody has subscribed to {settings.name(agency)}: reports to it reach no one.")  # noqa: T201
    if not unheard:
        print("Every agency's topic has a subscription.")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
