"""What the Cloud API refuses, the twin refuses: with the code and body Meta answers.

Limits and codes as in the WhatsApp Business Platform's pages of each message type and its
error reference; the wording of `details` as recorded by public client libraries.
"""

import copy
from typing import Any

import pytest

from infra.local.meta_twin.web_client import Answer
from tests.local.world import (
    BU_SRI,
    JPEG,
    World,
    a_list,
    a_location_request,
    a_message,
    a_text,
    an_image,
    buttons,
    interactive,
    statuses,
)

ROW = {"id": "r", "title": "Lampu jalan"}


def changed(message: Any, path: str, value: Any) -> Any:
    """The message with something else at a path such as `interactive.body.text`."""
    message = copy.deepcopy(message)
    *parents, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = message
    for step in parents:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return message


def a_progress(*texts: str) -> Any:
    parameters = [{"type": "text", "text": text} for text in texts]
    content = {
        "name": "progress",
        "language": {"code": "id"},
        "components": [{"type": "body", "parameters": parameters}],
    }
    return a_message("template", content)


def one_section(rows: list[Any]) -> Any:
    return {"button": "Pilih", "sections": [{"rows": rows}]}


REPLY = "interactive.action.buttons.0.reply"
FIRST_ROW = "interactive.action.sections.0.rows.0"
LINK = {
    "type": "cta_url",
    "body": {"text": "Lihat"},
    "action": {"name": "cta_url", "parameters": {"display_text": "Buka", "url": "https://k.id"}},
}

REFUSED = {
    "no messaging product": (a_text(messaging_product=None), 100),
    "another product": (a_text(messaging_product="sms"), 100),
    "no recipient": (a_text(to=None), 100),
    "a recipient that is no number": (a_text(to="Bu Sri"), 131009),
    "a business-scoped id as number": (a_text(to="ID.1349"), 131009),
    "a number as business-scoped id": (a_text(to=None, recipient=BU_SRI), 131009),
    "the business itself": (a_text(to="+6281100000112"), 131021),
    "a group": (a_text(recipient_type="group"), 100),
    "an unknown type": (a_text(type="poll"), 131051),
    "a type without its object": (a_message("text", None), 131008),
    "an unknown member": (a_text(priority="high"), 100),
    "an unknown member inside": (a_message("text", {"body": "x", "bold": True}), 100),
    "an empty text": (a_text(""), 100),
    "a text that is no text": (a_message("text", {"body": 5}), 100),
    "a text of 4097 characters": (a_text("x" * 4097), 100),
    "callback data of 513 characters": (a_text(biz_opaque_callback_data="x" * 513), 131009),
    "no button": (buttons(), 131009),
    "four buttons": (buttons("a", "b", "c", "d"), 131009),
    "two buttons of one title": (buttons("Ya", "Ya"), 131009),
    "two buttons of one id": (
        changed(buttons("Ya", "Bukan"), "interactive.action.buttons.1.reply.id", "b0"),
        131009,
    ),
    "a button title of 21 characters": (buttons("x" * 21), 131009),
    "an empty button title": (buttons(""), 131009),
    "a button id of 257 characters": (changed(buttons("Ya"), f"{REPLY}.id", "x" * 257), 131009),
    "a body of 1025 characters": (buttons("Ya", body={"text": "x" * 1025}), 131009),
    "no body": (changed(buttons("Ya"), "interactive.body", None), 131008),
    "a footer of 61 characters": (buttons("Ya", footer={"text": "x" * 61}), 131009),
    "a header of 61 characters": (
        buttons("Ya", header={"type": "text", "text": "x" * 61}),
        131009,
    ),
    "a header that lacks its image": (buttons("Ya", header={"type": "image"}), 131008),
    "a list of eleven rows": (a_list(*"abcdefghijk"), 131009),
    "a list of eleven rows in two sections": (
        a_list(
            action={
                "button": "Pilih",
                "sections": [
                    {"title": "A", "rows": [{"id": f"a{n}", "title": "x"} for n in range(6)]},
                    {"title": "B", "rows": [{"id": f"b{n}", "title": "x"} for n in range(5)]},
                ],
            }
        ),
        131009,
    ),
    "eleven sections": (
        a_list(
            action={
                "button": "Pilih",
                "sections": [
                    {"title": f"{n}", "rows": [{"id": f"{n}", "title": "x"}]} for n in range(11)
                ],
            }
        ),
        131009,
    ),
    "two sections, one without title": (
        a_list(
            action={
                "button": "Pilih",
                "sections": [{"title": "A", "rows": [ROW]}, {"rows": [{**ROW, "id": "s"}]}],
            }
        ),
        131009,
    ),
    "an empty section": (a_list(action=one_section([])), 131009),
    "two rows of one id": (a_list(action=one_section([ROW, ROW])), 131009),
    "a row title of 25 characters": (changed(a_list("a"), f"{FIRST_ROW}.title", "x" * 25), 131009),
    "a row id of 201 characters": (changed(a_list("a"), f"{FIRST_ROW}.id", "x" * 201), 131009),
    "a row description of 73 characters": (
        a_list(action=one_section([{**ROW, "description": "x" * 73}])),
        131009,
    ),
    "a section title of 25 characters": (
        changed(a_list("a"), "interactive.action.sections.0.title", "x" * 25),
        131009,
    ),
    "a list button of 21 characters": (
        changed(a_list("a"), "interactive.action.button", "x" * 21),
        131009,
    ),
    "a list body of 1025 characters": (a_list("a", body={"text": "x" * 1025}), 131009),
    "a list with an image on top": (
        a_list("a", header={"type": "image", "image": {"id": "1"}}),
        131051,
    ),
    "an unknown kind of interaction": (interactive({"type": "carousel"}), 131051),
    "a location request with another action": (
        changed(a_location_request(), "interactive.action.name", "send"),
        100,
    ),
    "a link button of 21 characters": (
        interactive(changed(LINK, "action.parameters.display_text", "x" * 21)),
        131009,
    ),
    "a link that is none": (interactive(changed(LINK, "action.parameters.url", "kediri")), 131009),
    "an image without source": (a_message("image", {"caption": "x"}), 131009),
    "an image with two sources": (
        a_message("image", {"id": "1", "link": "http://pictures.test/a"}),
        131009,
    ),
    "a caption of 1025 characters": (
        a_message("image", {"id": "1", "caption": "x" * 1025}),
        131009,
    ),
    "a media id that was never uploaded": (
        a_message("image", {"id": "12345"}),
        100,
    ),
    "a sound with a caption": (a_message("audio", {"id": "1", "caption": "x"}), 100),
    "an image with a file name": (a_message("image", {"id": "1", "filename": "x"}), 100),
    "a sticker with a caption": (a_message("sticker", {"id": "1", "caption": "x"}), 100),
    "a reaction to no message": (a_message("reaction", {"message_id": "7", "emoji": "👍"}), 131009),
    "a latitude of 91 degrees": (
        a_message("location", {"latitude": 91, "longitude": 0}),
        131009,
    ),
    "an unknown template": (
        a_message("template", {"name": "no", "language": {"code": "id"}}),
        132001,
    ),
    "a template in another language": (
        a_message("template", {"name": "progress", "language": {"code": "jv"}}),
        132001,
    ),
    "a template with too few parameters": (
        a_message("template", {"name": "progress", "language": {"code": "id"}}),
        132000,
    ),
    "a template with an empty parameter": (a_progress("K-1", ""), 131008),
    "a template with a picture for a word": (
        changed(
            a_progress("K-1", "x"),
            "template.components.0.parameters.0",
            {"type": "image", "id": "1"},
        ),
        132012,
    ),
    "a template with a heading that it does not have": (
        a_message(
            "template",
            {
                "name": "progress",
                "language": {"code": "id"},
                "components": [{"type": "header", "parameters": [{"type": "text", "text": "x"}]}],
            },
        ),
        132000,
    ),
    "a template with a button that it does not have": (
        changed(
            a_progress("K-1", "x"),
            "template.components",
            [
                *a_progress("K-1", "x")["template"]["components"],
                {
                    "type": "button",
                    "sub_type": "quick_reply",
                    "index": "0",
                    "parameters": [{"type": "payload", "payload": "x"}],
                },
            ],
        ),
        132012,
    ),
    "a template of more than 1024 characters": (a_progress("x" * 600, "y" * 600), 132005),
    "a template parameter of two lines": (
        a_message(
            "template",
            {
                "name": "progress",
                "language": {"code": "id"},
                "components": [{"type": "body", "parameters": [{"type": "text", "text": "a\nb"}]}],
            },
        ),
        132012,
    ),
    "reading a message that is none": (
        {"messaging_product": "whatsapp", "status": "read", "message_id": "1"},
        131009,
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused(world: World, what: str) -> None:
    message, code = REFUSED[what]
    world.bu_sri_writes()

    reply = world.whatsapp(message)

    assert (reply.status, reply.code) == (404 if code == 132001 else 400, code), reply.json
    assert world.sent(BU_SRI) == []


def test_the_error_has_metas_shape(world: World) -> None:
    error = world.whatsapp(buttons("x" * 21)).json["error"]

    assert error.pop("fbtrace_id")
    assert error == {
        "message": "(#131009) Parameter value is not valid",
        "type": "OAuthException",
        "code": 131009,
        "error_data": {
            "messaging_product": "whatsapp",
            "details": "Button title length invalid. Min length: 1, Max length: 20",
        },
    }


@pytest.mark.parametrize(
    ("message", "details"),
    [
        (buttons(), "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3"),
        (a_list(*"abcdefghijk"), "Total row count exceed max allowed count: 10"),
        (
            buttons("Ya", body={"text": ""}),
            "Body text length invalid. Min length: 1, Max length: 1024",
        ),
    ],
)
def test_details_read_as_recorded(world: World, message: Any, details: str) -> None:
    assert world.whatsapp(message).json["error"]["error_data"]["details"] == details


def test_messages_read_as_recorded(world: World) -> None:
    too_long = world.whatsapp(a_text("x" * 4097)).json["error"]
    unaddressed = world.whatsapp({}).json["error"]

    assert too_long["message"] == "(#100) Param text['body'] must be at most 4096 characters long."
    assert unaddressed["message"] == "(#100) The parameter messaging_product is required."


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe"])
def test_a_body_that_is_no_json_object_counts_as_empty(world: World, body: bytes) -> None:
    headers = {"Authorization": "Bearer whatsapp-token"}
    path = f"/v25.0/{world.config.phone_number_id}/messages"

    assert world.call("POST", path, body=body, headers=headers).code == 100


@pytest.mark.parametrize("token", ["", "wrong", "instagram-token"])
def test_a_wrong_token_is_401_and_190(world: World, token: str) -> None:
    reply = world.whatsapp(a_text(), token)

    assert (reply.status, reply.code) == (401, 190)


def test_another_phone_number_id_does_not_exist(world: World) -> None:
    headers = {"Authorization": "Bearer whatsapp-token"}

    reply = world.call("POST", "/v25.0/999/messages", a_text(), headers=headers)

    assert (reply.status, reply.code, reply.json["error"]["error_subcode"]) == (400, 100, 33)


def test_a_path_without_version_is_not_the_graph_api(world: World) -> None:
    assert world.post(f"/latest/{world.config.phone_number_id}/messages", a_text()).status == 404


LIMITS = {
    "a text of 4096 characters": a_text("x" * 4096),
    "three buttons of 20 characters": buttons("a" * 20, "b" * 20, "c" * 20),
    "ten rows of 24 characters": a_list(*[letter * 24 for letter in "abcdefghij"]),
    "a body of 1024 characters": buttons("Ya", body={"text": "x" * 1024}),
    "a footer of 60 characters": buttons("Ya", footer={"text": "x" * 60}),
    "a row description of 72 characters": a_list(
        action=one_section([{**ROW, "description": "x" * 72}])
    ),
    "a link button": interactive(LINK),
    "a location": a_message("location", {"latitude": -7, "longitude": 112}),
    "emoji count as characters": buttons("🙏" * 20),
}


@pytest.mark.parametrize("what", LIMITS)
def test_what_is_just_within_the_limits_is_accepted(world: World, what: str) -> None:
    world.bu_sri_writes()

    assert world.whatsapp(LIMITS[what]).status == 200


def test_free_text_is_refused_24_hours_after_the_citizen_last_wrote(world: World) -> None:
    world.bu_sri_writes()
    world.now += 24 * 3600 - 1
    assert world.whatsapp(a_text()).status == 200
    world.now += 1

    reply = world.whatsapp(a_text())

    assert (reply.status, reply.code) == (400, 131047)


def test_a_template_passes_after_24_hours(world: World) -> None:
    world.bu_sri_writes()
    world.now += 2 * 24 * 3600

    assert world.whatsapp(a_progress("K-1234", "selesai")).status == 200
    assert world.sent(BU_SRI)[0]["text"] == "Laporan K-1234: selesai"


@pytest.mark.parametrize(
    ("verdict", "code"),
    [("PAUSED", 132015), ("DISABLED", 132016), ("PENDING", 132001), ("REJECTED", 132001)],
)
def test_a_template_that_meta_thinks_otherwise_of(world: World, verdict: str, code: int) -> None:
    world.bu_sri_writes()
    world.call("PATCH", "/templates/progress", {"status": verdict})

    refused = world.whatsapp(a_progress("K-1234", "selesai"))
    world.call("PATCH", "/templates/progress", {"status": "APPROVED"})

    assert refused.code == code
    assert world.whatsapp(a_progress("K-1234", "selesai")).status == 200


def test_a_code_to_sign_in_with_goes_to_a_number(world: World) -> None:
    codes = [t.model_copy(update={"category": "authentication"}) for t in world.config.templates]
    world.restart(templates=codes)
    by_id = {**a_progress("1", "2"), "recipient": "ID.13491208655302741918"}
    del by_id["to"]

    assert world.whatsapp(by_id).code == 131062
    assert world.whatsapp(a_progress("1", "2")).status == 200


def test_a_verdict_on_a_template_is_told_to_the_account(world: World) -> None:
    world.call("PATCH", "/templates/progress", {"status": "PAUSED"})
    world.settle()

    (change,) = world.arrived[0].json["entry"][0]["changes"]
    assert change["field"] == "message_template_status_update"
    assert (change["value"]["event"], change["value"]["message_template_name"]) == (
        "PAUSED",
        "progress",
    )
    assert world.call("PATCH", "/templates/unknown", {"status": "PAUSED"}).status == 404


@pytest.mark.parametrize(
    ("message", "code"), [(a_text(), 131047), (a_progress("K-1", "x"), 132015)]
)
def test_meta_may_say_yes_and_then_fail(world: World, message: Any, code: int) -> None:
    world.bu_sri_writes()
    world.now += 25 * 3600
    world.call("PATCH", "/account", {"refuses_late": True})
    world.call("PATCH", "/templates/progress", {"status": "PAUSED"})

    assert world.whatsapp(message).status == 200
    world.settle()

    (failed,) = statuses(world)
    assert failed["status"] == "failed"
    assert failed["errors"][0]["code"] == code
    assert failed["errors"][0]["error_data"]["details"]


def test_a_picture_that_cannot_be_fetched_may_fail_later(world: World) -> None:
    world.bu_sri_writes()
    world.call("PATCH", "/account", {"refuses_late": True})

    assert world.whatsapp(an_image("http://pictures.test/gone.jpg")).status == 200
    world.settle()

    assert statuses(world)[0]["errors"][0]["code"] == 131053


def test_an_expired_token_is_190_with_a_sub_code(world: World) -> None:
    world.bu_sri_writes()
    world.call("PATCH", "/account", {"expired_tokens": ["whatsapp"]})

    error = world.whatsapp(a_text()).json["error"]
    world.call("PATCH", "/account", {"expired_tokens": []})

    assert (error["code"], error["error_subcode"], error["type"]) == (190, 463, "OAuthException")
    assert "Session has expired" in error["message"]
    assert world.whatsapp(a_text()).status == 200


@pytest.mark.parametrize("what", ["somebody else's", "too old"])
def test_a_reaction_to_a_message_that_is(world: World, what: str) -> None:
    sent = world.bu_sri_writes().json["id"]
    reaction = a_message("reaction", {"message_id": sent, "emoji": "👍"})
    assert world.whatsapp(reaction).status == 200
    if what == "too old":
        world.now += 31 * 24 * 3600
        world.bu_sri_writes()
    else:
        world.writes("6281100005678", {"text": "halo"})
        reaction["to"] = "+6281100005678"

    assert world.whatsapp(reaction).code == 131009


def test_a_message_that_arrives_late_opens_the_window_at_the_time_it_was_written(
    world: World,
) -> None:
    world.writes(BU_SRI, {"text": "Banjir", "late_s": 25 * 3600})

    assert world.whatsapp(a_text()).code == 131047


def test_somebody_the_twin_has_never_seen_can_be_written_to(world: World) -> None:
    assert world.whatsapp(a_text(to="6281100009999")).status == 200


def test_a_test_number_writes_to_its_allow_list_only(world: World) -> None:
    world.restart(unknown_recipients="refuse")

    assert world.whatsapp(a_text(to="6281100009999")).code == 131030


def test_the_46th_message_at_once_to_one_citizen_is_too_many(world: World) -> None:
    world.bu_sri_writes()
    for _ in range(45):
        assert world.whatsapp(a_text()).status == 200

    refused = world.whatsapp(a_text())
    world.now += 6

    assert (refused.status, refused.code) == (400, 131056)
    assert world.whatsapp(a_text()).status == 200


def test_81_messages_in_one_second_are_too_many_for_a_number(world: World) -> None:
    for number in range(80):
        assert world.whatsapp(a_text(to=f"62811000020{number:02d}")).status == 200

    assert world.whatsapp(a_text(to="6281100003000")).code == 130429


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (None, "no answer"),
        (Answer(403, "image/jpeg", JPEG), "http code 403"),
        (
            Answer(200, "text/html", b"<html>"),
            "Unsupported Image mime type text/html.",
        ),
        (
            Answer(200, "text/html", JPEG),
            "Unsupported Image mime type text/html.",
        ),
        (Answer(200, "image/jpeg", b"GIF89a"), "the content has to be what is declared"),
        (Answer(200, "image/jpeg", JPEG + b"x" * 5 * 1024 * 1024), "atmost 5242880 bytes"),
        (Answer(200, "image/jpeg", b""), "non-empty"),
    ],
)
def test_an_image_that_cannot_be_fetched_is_131053(
    world: World, answer: Answer | None, why: str
) -> None:
    world.bu_sri_writes()
    if answer:
        world.web["http://pictures.test/done.jpg"] = answer

    reply = world.whatsapp(an_image("http://pictures.test/done.jpg?signature=1"))

    assert (reply.status, reply.code) == (400, 131053)
    assert why in reply.json["error"]["error_data"]["details"]


def test_a_fault_asked_for_comes_as_often_as_asked(world: World) -> None:
    world.bu_sri_writes()
    world.post("/faults", {"channel": "whatsapp", "code": 131016, "times": 2})

    replies = [world.whatsapp(a_text()) for _ in range(3)]

    assert [reply.status for reply in replies] == [500, 500, 200]
    assert replies[0].code == 131016


def test_a_fault_can_come_by_chance_and_is_counted(world: World) -> None:
    world.bu_sri_writes()
    world.post("/faults", {"channel": "whatsapp", "code": 131016, "times": 1000, "chance": 0.5})

    statuses = [world.whatsapp(a_text()).status for _ in range(40)]

    assert set(statuses) == {200, 500}
    (fault,) = world.get("/faults").json
    assert fault["came"] == statuses.count(500)


def test_an_answer_can_get_lost_after_the_deed(world: World) -> None:
    world.bu_sri_writes()
    world.post("/faults", {"channel": "whatsapp", "code": 0, "lose_answer": True})

    assert world.whatsapp(a_text()).status == 504
    assert len(world.sent(BU_SRI)) == 1


def test_a_fault_can_come_by_a_status(world: World) -> None:
    world.bu_sri_writes()
    world.post("/faults", {"channel": "whatsapp", "code": 131000, "by_status": True})

    assert [world.whatsapp(a_text()).status for _ in range(2)] == [200, 200]
    world.settle()

    found = [(status["status"], "errors" in status) for status in statuses(world)]
    assert found == [("failed", True), ("sent", False), ("delivered", False)]


def test_what_citizens_write_counts_for_the_number_too(world: World) -> None:
    world.writes(BU_SRI, {"messages": [{"text": "x"}] * 60, "batch": True})
    for number in range(20):
        assert world.whatsapp(a_text(to=f"62811000020{number:02d}")).status == 200

    assert world.whatsapp(a_text(to="6281100003000")).code == 130429
