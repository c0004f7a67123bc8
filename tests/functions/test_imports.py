"""No function makes a citizen wait for code that it does not use."""

import json
import os
import subprocess
import sys

import pytest

from tests.bench.cold_start import ENVIRONMENT, FUNCTIONS, LAYERS, ROOT

DESK = ("command_centre", "decide_report", "take_call")
CENTRE = (*DESK, "redrive_failures", "reveal_contact")
WITH_PROMISES = {
    "converse",
    "remind_of_drafts",
    "mute_citizen",
    "dispatch_to_agency",
    "agency_desk",
    "update_agency",
    "check_agencies",
    "watch_deadline",
    "reconcile",
    "send_digest",
    "show_agency_reports",
    *CENTRE,
}
# Modules that cost something, and who needs them.
NEEDED = {
    "boto3": set(),
    "pydantic": set(),
    "PIL": set(),  # when the first photo comes
    "botocore.session": set(FUNCTIONS) - {"receive_webhook"},
    "urllib3": set(FUNCTIONS) - {"receive_webhook"},
    "msgspec": set(FUNCTIONS) - {"receive_webhook"},
    "aduan.conversation": {"converse", "remind_of_drafts", "mute_citizen", *DESK},
    "aduan.understanding": {"converse", "remind_of_drafts", "mute_citizen", *DESK},
    "aduan.command_centre": {*CENTRE, "count_reports", "recount_reports"},
    "aduan.agency_page": {"agency_desk"},
    "aduan.agency_view": {"agency_desk", "show_agency_reports", "send_digest", "receive_place"},
    "aduan.agency_notice": {
        "dispatch_to_agency",
        "update_agency",
        "check_agencies",
        "show_agency_reports",
        "send_digest",
    },
    "aduan.deadline": WITH_PROMISES,
    "aduan.follow_up": {"agency_desk", "watch_deadline"},
    "aduan.pictures": {"agency_desk", "fetch_photo"},
    "aduan.meta.graph_api": {"send_message", "fetch_photo"},
    "aduan.meta.rendering": {"send_message"},
    "aduan.meta.inbound": {"converse"},
    "aduan.routing": {"route_service_request"},
    "aduan.jurisdiction": {
        "converse",
        "send_message",
        "forget_inactive",
        "route_service_request",
        "dispatch_to_agency",
        "agency_desk",
        "show_agency_reports",
        "send_digest",
        "update_agency",
        "remind_of_drafts",
        "mute_citizen",
        *CENTRE,
        "count_reports",
        "recount_reports",
        "watch_deadline",
        "check_agencies",
        "reconcile",
        "inform_joined",
        "receive_place",
    },
    "aduan.aws.signed_request": {
        "receive_webhook",
        "send_message",
        "fetch_photo",
        "dispatch_to_agency",
        "agency_desk",
        "show_agency_reports",
        "send_digest",
        "update_agency",
        "receive_place",
    },
    "aduan.aws.vault_table": {
        "converse",
        "send_message",
        "erase_citizen",
        "take_call",
        "reveal_contact",
    },
    "aduan.aws.photo_bucket": {
        "send_message",
        "fetch_photo",
        "agency_desk",
        "erase_citizen",
        "command_centre",
        "decide_report",
    },
    "aduan.aws.lifecycle_execution": {
        "carry_out_effects",
        "reconcile",
        "command_centre",
        "decide_report",
    },
}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_imports_what_it_needs_and_nothing_else(function: str) -> None:
    folders = os.pathsep.join(map(str, [*LAYERS, ROOT / "functions" / function]))
    answer = subprocess.run(
        [sys.executable, "-c", "import handler, json, sys; print(json.dumps(list(sys.modules)))"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": folders, **ENVIRONMENT},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(json.loads(answer.stdout))

    wanted = {module for module, functions in NEEDED.items() if function in functions}
    assert loaded & NEEDED.keys() == wanted
