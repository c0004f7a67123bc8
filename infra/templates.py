"""The WhatsApp templates for Meta's approval: `make templates` prints them and, with credentials, submits them.

WHATSAPP_BUSINESS_ACCOUNT_ID and WHATSAPP_TOKEN (permission whatsapp_business_management) are the credentials.
https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-management/
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

from aduan import jurisdiction
from aduan.meta.templates import submissions
from infra.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

Json = dict[str, Any]
API_URL = Settings(whatsapp_phone_number_id="").whatsapp_api_url
ALREADY_THERE = 2388023, 2388024  # subcodes: this name and language exist, or are being deleted


def main() -> int:
    templates = submissions(jurisdiction.load("kediri"))
    account = os.environ.get("WHATSAPP_BUSINESS_ACCOUNT_ID", "")
    token = os.environ.get("WHATSAPP_TOKEN", "")
    if not (account and token):
        sys.stdout.write(json.dumps(templates, indent=2, ensure_ascii=False) + "\n")
        sys.stderr.write(
            "Printed only. To submit them: WHATSAPP_BUSINESS_ACCOUNT_ID=… WHATSAPP_TOKEN=… make templates\n"
        )
        return 0
    url = f"{os.environ.get('WHATSAPP_API_URL', API_URL)}/{account}/message_templates"
    return 1 if submit(url, token, templates) else 0


def submit(url: str, token: str, templates: Iterable[Json]) -> list[str]:
    """Submit each to Meta and say what came of it; gives the names of those that were refused."""
    refused = []
    for template in templates:
        status, answer = _post(url, token, template)
        error = answer.get("error", {})
        if status == 200:
            outcome = answer.get("status", "submitted")
        elif error.get("error_subcode") in ALREADY_THERE:
            outcome = "is there already; change it in WhatsApp Manager"
        else:
            refused.append(template["name"])
            reason = error.get("error_user_msg") or error.get("message") or "no reason given"
            outcome = f"refused ({error.get('code', status)}): {reason}"
        sys.stdout.write(f"{template['name']}: {outcome}\n")
    return refused


def _post(url: str, token: str, body: Json) -> tuple[int, Json]:
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - https
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return int(answer.status), json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read() or b"{}")


if __name__ == "__main__":
    sys.exit(main())
