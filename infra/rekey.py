"""The vault under a new key: `make rekey STAGE=production`. Safe to interrupt, and to run again.

Rotates the vault's key (KMS keeps the old material for what is still under it), then has the stage's function
`rekey_vault` pass every address to the new one. `--only` enciphers anew without rotating: after the key was
replaced in the stack, or to finish a round (`--round`) that was interrupted.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from typing import Any

import boto3

from infra.settings import REGION, Settings


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.rekey", description=__doc__)
    parser.add_argument("--stage", default="production")
    parser.add_argument("--round", default=f"{datetime.now(UTC):%Y-%m-%d}")
    parser.add_argument("--only", action="store_true")
    asked = parser.parse_args()
    settings = Settings(whatsapp_phone_number_id="", stage=asked.stage)
    if not asked.only:
        alias = f"alias/{settings.name('vault')}"
        kms = boto3.client("kms", region_name=REGION)
        key_id = kms.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"]
        kms.rotate_key_on_demand(KeyId=key_id)
    function = settings.name("rekey_vault")
    rekeyed, after, first = 0, None, True
    while first or after:
        answer = _call(function, {"round": asked.round, "after": after})
        if answer is None:
            print(f"`{function}` failed: see its log, then run this again.", file=sys.stderr)  # noqa: T201
            return 1
        rekeyed, after, first = rekeyed + int(answer["rekeyed"]), answer["after"], False
        print(f"{rekeyed} addresses are under the new key …")  # noqa: T201
    print(f"Round {asked.round} is done.")  # noqa: T201
    return 0


def _call(function: str, event: dict[str, Any]) -> dict[str, Any] | None:
    client = boto3.client("lambda", region_name=REGION)
    answer = client.invoke(FunctionName=function, Payload=json.dumps(event).encode())
    return None if answer.get("FunctionError") else dict(json.loads(answer["Payload"].read()))


if __name__ == "__main__":
    sys.exit(main())
