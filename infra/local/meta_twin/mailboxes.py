"""The agencies' mailboxes: queues on the emulator, looked at without taking anything out.

MiniStack shows the messages of its queues at `/_ministack/sqs/messages` without touching
them; a copy is kept here, so that a mail stays readable after somebody else has received and
deleted it. Text messages sent straight to a number are at `/_ministack/sns/sms-messages`. It
keeps no text for `sms` subscriptions of a topic, so the short text is taken from the mail: the
message attribute `sms`, or the member `sms` where the message is a JSON object.
"""

import json
import time
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from infra.local.meta_twin.store import Mail
from infra.local.meta_twin.twin import Twin

Json = dict[str, Any]


async def look(twin: Twin) -> Json:
    """All mail and text messages so far, oldest first; `reachable` tells whether the emulator
    answered just now."""
    reachable = await _copy_new_mail(twin)
    agencies = {
        agency: twin.config.agencies.get(agency, agency) for agency in twin.config.mailboxes
    }
    mail = [asdict(mail) for mail in twin.store.mail()]
    texts = await _direct_texts(twin)
    return {
        "reachable": reachable,
        "desk_url": twin.config.desk_url,
        "agencies": agencies,
        "mail": mail,
        "sms": texts,
    }


async def _copy_new_mail(twin: Twin) -> bool:
    queues = await _ask(twin, "/_ministack/sqs/messages")
    if queues is None:
        return False
    agency_of = {url.rsplit("/", 1)[-1]: agency for agency, url in twin.config.mailboxes.items()}
    for regions in queues.get("messages", {}).values():
        for url, messages in regions.get(twin.config.region, {}).items():
            agency = agency_of.get(url.rsplit("/", 1)[-1])
            for message in messages if agency else []:
                twin.store.add_mail(read_mail(str(agency), message))
    return True


async def _direct_texts(twin: Twin) -> list[Json]:
    """Published straight to a number, as the emulator keeps them: without a time."""
    answer = await _ask(twin, "/_ministack/sns/sms-messages") or {}
    return [
        {"to": phone, "text": str(record.get("Message", ""))}
        for phone, records in answer.get("sms_messages", {}).items()
        for record in records
    ]


async def _ask(twin: Twin, path: str) -> Json | None:
    query = urlencode({"region": twin.config.region})
    url = f"{twin.config.aws_endpoint_url}{path}?{query}"
    answer = await twin.fetch("GET", url, timeout_s=5)
    if answer is None or answer.status != 200:
        return None
    found = json.loads(answer.body)
    return found if isinstance(found, dict) else None


def read_mail(agency: str, message: Json) -> Mail:
    """A queue message as mail: an SNS envelope, or whatever text it holds."""
    body = str(message["Body"])
    envelope = _object(body) or {"Message": body}
    text = str(envelope.get("Message", ""))
    attributes = envelope.get("MessageAttributes") or {}
    sms = str((attributes.get("sms") or {}).get("Value") or "")
    if forms := _object(text):
        sms = str(forms.get("sms") or sms)
        text = str(forms.get("email") or forms.get("default") or text)
    at = float(message.get("SentTimestamp") or time.time())
    subject = str(envelope.get("Subject") or "")
    return Mail(str(message["MessageId"]), agency, subject, text, sms, at)


def _object(text: str) -> Json | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
