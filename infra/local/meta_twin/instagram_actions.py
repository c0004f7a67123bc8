"""What Meta's Instagram webhooks say when a citizen does something.

Shapes: Instagram Platform, "Webhooks examples", and `tests/local/recorded`.
"""

import secrets
from collections.abc import Callable

from infra.local.meta_twin import envelopes
from infra.local.meta_twin.citizen_actions import (
    ActionError,
    CitizenMessage,
    Deed,
    Json,
    Prepared,
    file_of,
    find_offer,
    message_of,
)
from infra.local.meta_twin.store import Citizen, Message
from infra.local.meta_twin.twin import Twin

NO_UTTERANCE = ("reaction", "read", "message_edit", "referral")
"""Events that are taken not to open the 24-hour window."""


def prepare(twin: Twin, citizen: Citizen, action: CitizenMessage) -> list[Prepared]:
    """The messages that come of one action: an album is one message, unless it was split."""
    make = DEEDS.get(action.kind)
    if make is None:
        raise ActionError(f"Instagram has no {action.kind}")
    if action.caption:
        raise ActionError("a photo on Instagram has no caption: send the text as a message")
    return [_prepared(twin, citizen, action, deed) for deed in make(twin, citizen, action)]


def _prepared(twin: Twin, citizen: Citizen, action: CitizenMessage, deed: Deed) -> Prepared:
    """An event about another message repeats the id of that one and is kept under its own."""
    at = twin.clock() - action.late_s
    mid = action.id or envelopes.new_mid()
    content = dict(deed.content)
    for kind in ("message", "postback"):
        if kind in content:
            content[kind] = {"mid": mid, **content[kind]}
    message = Message(
        id=mid,
        citizen=citizen.key,
        channel="instagram",
        direction="in",
        at=at,
        body=content,
        address=citizen.key,
        media=deed.media,
        status="sent",
    )
    part = envelopes.instagram_event(twin.config, citizen, at, content)
    return Prepared(message, part, deed)


def _message(content: Json, action: CitizenMessage, media: tuple[str, ...] = ()) -> Deed:
    """A message with what it answers and the advert that led to it."""
    before: Json = {}
    if action.quote is not None:
        before["reply_to"] = {"mid": action.quote}
    after: Json = {}
    if action.from_ad is not None:
        after["referral"] = {
            "ad_id": "120226305854810726",
            "source": "ADS",
            "type": "OPEN_THREAD",
            "ads_context_data": {
                "ad_title": action.from_ad,
                "photo_url": "https://scontent.xx.fbcdn.net/v/t45.1/advert.jpg",
            },
        }
    return Deed({"message": {**before, **content, **after}}, media)


def _text(twin: Twin, _: Citizen, action: CitizenMessage) -> list[Deed]:
    if action.story is None:
        return [_message({"text": action.text}, action)]
    story = {"url": _link(twin, action.story), "id": action.story}
    return [_message({"text": action.text, "reply_to": {"story": story}}, action)]


def _link(twin: Twin, media_id: str) -> str:
    """Where a file is; of what the twin does not have, where it would be."""
    media = twin.store.media(media_id)
    if media is None:
        return f"https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id={media_id}&signature=gone"
    return twin.media.link(media, "instagram")


def _media(twin: Twin, _: Citizen, action: CitizenMessage) -> list[Deed]:
    files = [file_of(twin, media_id) for media_id in action.media_ids]
    attachments = [
        envelopes.instagram_attachment(file, twin.media.link(file, "instagram")) for file in files
    ]
    if action.one_by_one:
        return [
            _message({"attachments": [attachment]}, action, (file.id,))
            for file, attachment in zip(files, attachments, strict=True)
        ]
    return [_message({"attachments": attachments}, action, tuple(action.media_ids))]


def _reply(twin: Twin, citizen: Citizen, action: CitizenMessage) -> list[Deed]:
    assert action.reply
    _, offer = find_offer(twin, citizen, action.reply)
    if offer.kind == "postback":
        return [Deed({"postback": {"title": offer.title, "payload": offer.id}})]
    return [Deed({"message": {"text": offer.title, "quick_reply": {"payload": offer.id}}})]


def _ice_breaker(_: Twin, __: Citizen, action: CitizenMessage) -> list[Deed]:
    assert action.ice_breaker
    return [Deed({"postback": action.ice_breaker.model_dump()})]


EMOJI_NAMES = {"❤️": "love", "❤": "love", "😂": "laugh", "😮": "wow", "😢": "sad", "😡": "angry"}


def _reaction(twin: Twin, citizen: Citizen, action: CitizenMessage) -> list[Deed]:
    assert action.reaction
    message = message_of(twin, citizen, action.reaction.message)
    emoji = action.reaction.emoji
    content = {"mid": message.id, "action": "unreact"}
    if emoji is not None:
        name = EMOJI_NAMES.get(emoji, "other")
        content = {"mid": message.id, "action": "react", "reaction": name, "emoji": emoji}
    return [Deed({"reaction": content}, opens_window=False)]


def _edit(twin: Twin, citizen: Citizen, action: CitizenMessage) -> list[Deed]:
    assert action.edit
    message = message_of(twin, citizen, action.edit.message, own=True)
    if "text" not in message.body.get("message", {}):
        raise ActionError("only a text can be edited")
    edited = {**message.body, "message": {**message.body["message"], "text": action.edit.text}}
    twin.store.set_body(message.id, edited)
    times = _edits(twin, citizen, message) + 1
    content = {"mid": message.id, "text": action.edit.text, "num_edit": times}
    return [Deed({"message_edit": content}, opens_window=False)]


def _edits(twin: Twin, citizen: Citizen, message: Message) -> int:
    """How often a message was edited so far."""
    events = [other.body.get("message_edit", {}) for other in twin.store.messages(citizen, "in")]
    return len([event for event in events if event.get("mid") == message.id])


def _unsend(twin: Twin, citizen: Citizen, action: CitizenMessage) -> list[Deed]:
    message = message_of(twin, citizen, action.unsend or "", own=True)
    twin.store.set_status(message.id, "deleted")
    return [Deed({"message": {"mid": message.id, "is_deleted": True}}, opens_window=False)]


def _unsupported(_: Twin, __: Citizen, action: CitizenMessage) -> list[Deed]:
    if action.unsupported == "ephemeral":  # to be seen once: a message without what it shows
        return [_message({"attachments": [{"type": "ephemeral"}]}, action)]
    return [Deed({"message": {"is_unsupported": True}}, opens_window=False)]


def _story_mention(twin: Twin, _: Citizen, action: CitizenMessage) -> list[Deed]:
    media_id = action.story_mention or ""
    file = file_of(twin, media_id)
    payload = {"url": twin.media.link(file, "instagram")}
    return [_attached("story_mention", payload, action, (media_id,))]


def _share(twin: Twin, _: Citizen, action: CitizenMessage) -> list[Deed]:
    """A post or reel has an id and perhaps a title besides the link; the older kinds have not."""
    assert action.share
    kind, asset_id = action.share.kind, str(10**16 + secrets.randbelow(9 * 10**16))
    url = action.share.url or _link(twin, action.share.media or asset_id)
    payload: Json = {"url": url}
    title = {} if action.share.title is None else {"title": action.share.title}
    if kind == "fallback":
        payload = {**title, "url": url}
    if kind in ("ig_post", "ig_reel", "reel"):
        name = "ig_post_media_id" if kind == "ig_post" else "reel_video_id"
        payload = {name: asset_id, **title, "url": url}
    media = (action.share.media,) if action.share.media else ()
    return [_attached(kind, payload, action, media)]


def _like_heart(_: Twin, __: Citizen, action: CitizenMessage) -> list[Deed]:
    return [_message({"attachments": [{"type": "like_heart"}]}, action)]


def _attached(kind: str, payload: Json, action: CitizenMessage, media: tuple[str, ...]) -> Deed:
    return _message({"attachments": [{"type": kind, "payload": payload}]}, action, media)


def _opened_link(_: Twin, __: Citizen, action: CitizenMessage) -> list[Deed]:
    referral = {"ref": action.opened_link, "source": "SHORTLINK", "type": "OPEN_THREAD"}
    return [Deed({"referral": referral}, opens_window=False)]


def _raw(_: Twin, __: Citizen, action: CitizenMessage) -> list[Deed]:
    raw = action.raw or {}
    return [Deed(raw, opens_window=not any(kind in raw for kind in NO_UTTERANCE))]


DEEDS: dict[str, Callable[[Twin, Citizen, CitizenMessage], list[Deed]]] = {
    "text": _text,
    "media": _media,
    "reply": _reply,
    "reaction": _reaction,
    "edit": _edit,
    "unsend": _unsend,
    "unsupported": _unsupported,
    "raw": _raw,
    "ice_breaker": _ice_breaker,
    "story_mention": _story_mention,
    "share": _share,
    "like_heart": _like_heart,
    "opened_link": _opened_link,
}
