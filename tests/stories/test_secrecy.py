"""Nobody learns who reported: the number and the name are where they must be, and nowhere else.

Played after all other stories: what they have left behind is looked at, too.
"""

import base64
import json
import os

from infra.local.stack import LocalStack
from tests.canaries import Kind
from tests.stories.city import SHORT, City
from tests.stories.pictures import png

NAME = "Kanarikuning Rahasia"


def test_who_reported_stands_nowhere_but_in_the_vault(city: City) -> None:
    citizen = city.citizen("whatsapp", name=NAME)
    phone = str(citizen.person["phone"])
    city.marks.add(Kind.WORDS, "depan toko Merpati Biru")
    citizen.sends(f"pju mati di Jl. Dhoho depan toko Merpati Biru, hubungi saya 0{phone[2:]}")
    citizen.hears("Laporan sudah kami terima")
    number = citizen.hears_number()
    officer = city.officer("dishub", number)
    officer.presses("Terima laporan")
    officer.solves(png())
    citizen.hears("sudah selesai ditangani")
    citizen.taps("5")
    citizen.hears("🙏")
    city.becomes(number, "closed")

    secrets = (NAME, phone, phone[2:], citizen.address, "wamid.")  # Meta's ids hold the number
    places = {
        "the table": json.dumps(city.items(""), default=str),
        "the logs": _logs(city),
        "the mail": json.dumps(officer.mail),
        "the page": officer.opens().text,
        "the workflow": _workflow(city, number),
        "the bucket": _keys(city),
        "the vault": _vault(city),
    }
    for place, text in places.items():
        for secret in secrets:
            assert secret not in text, f"{secret} stands in {place}"


def _logs(city: City) -> str:
    logs = city.client("logs")
    groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
    pages = (
        page
        for group in groups
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group)
    )
    return "\n".join(event["message"] for page in pages for event in page["events"])


def _workflow(city: City, number: str) -> str:
    steps = city.client("stepfunctions")
    machine = city.stack["state_machine_arn"].replace(":stateMachine:", ":execution:")
    arn = f"{machine}:{number.replace('-', '')}-1"
    return json.dumps(steps.get_execution_history(executionArn=arn, maxResults=1000), default=str)


def _keys(city: City) -> str:
    objects = city.client("s3").list_objects_v2(Bucket=city.stack["photo_bucket"])["Contents"]
    return " ".join(each["Key"] for each in objects)


def _vault(city: City) -> str:
    """As an administrator sees it: addresses are encrypted, and looked up by a keyed hash."""
    items = city.client("dynamodb").scan(TableName=city.stack["vault_table"])["Items"]
    blobs = [base64.b64decode(item["address"]["S"]) for item in items if "address" in item]
    return json.dumps(items) + repr(blobs)


def test_after_all_stories_nobodys_data_stands_where_it_does_not_belong(city: City) -> None:
    """All that the emulator has stored and logged is searched for the marks that everybody bore."""
    instance = os.environ.get("STORIES_INSTANCE", "test")
    stack = LocalStack(instance, context=SHORT)
    stack.down()
    found = city.marks.places(stack.folder)
    strays = city.marks.found_in(stack.folder)
    if "STORIES_INSTANCE" in os.environ:
        city.stack.update(stack.up())

    assert any(place.startswith("dynamodb/") for place in found), (
        "words are found where they belong"
    )
    assert strays == {}
