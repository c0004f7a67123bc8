"""Put a stage's secrets into the SSM Parameter Store: `make secrets STAGE=production`.

Each is read from the environment (`WHATSAPP_APP_SECRET` …) or asked for without showing it. An
empty answer keeps what is there. What only we must know is made up here. Nothing is printed but
the verify token, which has to be typed into Meta's dashboard.
"""

from __future__ import annotations

import argparse
import getpass
import os
import secrets
import sys

import boto3

from infra.settings import REGION, Settings

FROM_META = {
    "whatsapp-app-secret": "App secret (Meta's dashboard: App settings > Basic)",
    "instagram-app-secret": "Instagram app secret (Instagram > API setup with Instagram login)",
    "whatsapp-token": "WhatsApp token of a system user (Business settings > System users)",
    "instagram-token": "Instagram access token (Instagram > API setup with Instagram login)",
}
MADE_UP = ("verify-token", "link-key")
TO_BE_TYPED = "verify-token"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.put_secrets", description=__doc__)
    parser.add_argument("--stage", default="production")
    stage = parser.parse_args().stage
    prefix = Settings(whatsapp_phone_number_id="", stage=stage).secrets_prefix
    ssm = boto3.client("ssm", region_name=REGION)
    names = [prefix + name for name in (*FROM_META, *MADE_UP)]
    there = {
        parameter["Name"].removeprefix(prefix): parameter["Value"]
        for parameter in ssm.get_parameters(Names=names, WithDecryption=True)["Parameters"]
    }
    for name, what in FROM_META.items():
        value = os.environ.get(name.upper().replace("-", "_")) or _ask(what, kept=name in there)
        if value:
            ssm.put_parameter(Name=prefix + name, Value=value, Type="SecureString", Overwrite=True)
        elif name not in there:
            print(f"{prefix}{name} is still missing: run this again when you have it.")  # noqa: T201
    for name in MADE_UP:
        if name not in there:
            there[name] = secrets.token_urlsafe(32)
            ssm.put_parameter(Name=prefix + name, Value=there[name], Type="SecureString")
    print(f"Verify token, to be typed into Meta's dashboard: {there[TO_BE_TYPED]}")  # noqa: T201
    return 0


def _ask(what: str, *, kept: bool) -> str:
    if not sys.stdin.isatty():
        return ""
    return getpass.getpass(f"{what}{' [keep]' if kept else ''}: ").strip()


if __name__ == "__main__":
    sys.exit(main())
