"""The message templates reach Meta, and what Meta thinks of them reaches the terminal."""

import pytest

from infra.templates import submit
from tests.local_server import a_local_server, says

TEMPLATES = [{"name": "aduan_selesai"}, {"name": "aduan_ditolak"}, {"name": "aduan_lama"}]


def test_each_is_submitted_and_what_came_of_it_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with a_local_server() as meta:
        meta.answers(
            says({"id": "1", "status": "PENDING", "category": "UTILITY"}),
            says({"error": {"code": 100, "error_user_msg": "Variables at the end"}}, 400),
            says({"error": {"code": 100, "error_subcode": 2388024}}, 400),
        )
        refused = submit(f"{meta.url}/v25.0/1/message_templates", "a token", TEMPLATES)

    assert refused == ["aduan_ditolak"]
    assert [asked.json["name"] for asked in meta.asked] == [t["name"] for t in TEMPLATES]
    assert meta.asked[0].headers["authorization"] == "Bearer a token"
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "aduan_selesai: PENDING"
    assert "Variables at the end" in told[1]
    assert "there already" in told[2]
