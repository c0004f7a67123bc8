"""What is not told in words: reactions, recordings, cards, edits, things that cannot be read."""

from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from aduan.change import Change, Effect, Event, tell_agency
from aduan.conversation import questions, report
from aduan.conversation.moment import Moment
from aduan.conversation.state import Asked, Turn
from aduan.draft import Draft, gathered
from aduan.message import Kind, Say
from aduan.message_digest import digest_of
from aduan.service_request import ServiceRequest

T = TypeVar("T", Draft, ServiceRequest)

OPERATOR_HOURS = timedelta(hours=1)
_YES = ("👍", "👌", "🙏", "❤", "✅", "💯", "😍", "love", "like")

# Every kind of message there is, and what a citizen gets for it. The README shows this table.
ANSWERS: dict[Kind, str] = {
    Kind.TEXT: "understood; answered once for all that came within a few seconds",
    Kind.PHOTO: "kept with the draft, or with the report it is for; its caption is read like a text",
    Kind.PIN: "the place, if it lies in the city; else kind words and whom to turn to",
    Kind.TAP: "what was tapped; an old button says that it is over",
    Kind.VOICE: "kept as evidence up to 16 MB, with a request for a few written words",
    Kind.VIDEO: "kept as evidence up to 16 MB; its caption is read like a text",
    Kind.DOCUMENT: "an image sent as a file is a photo; anything else: a request for words or a photo",
    Kind.STICKER: "no answer; at first contact, the welcome",
    Kind.CONTACT: "not kept; a request for words",
    Kind.REACTION: "a thumbs-up on the question whether it is right is a yes; else no answer",
    Kind.EDITED: "the new words replace the old; an edit that Meta hides: a request to write it again",
    Kind.DELETED: "taken out of the draft or report; no answer",
    Kind.SHARED_POST: "not archived; a request for words or a photo",
    Kind.STORY_MENTION: "not archived; a request for words or a photo",
    Kind.NUMBER_CHANGED: "the citizen stays the same one; no answer",
    Kind.OPERATOR: "a person answers in the Instagram app: no answer for an hour, save in emergencies",
    Kind.FAILED: "on record; by template if the day is over, or it waits, or nothing gets through; no answer",
    Kind.OTHER: "a request for words or a photo",
}


def about_a_message(m: Moment) -> Turn | None:
    """News about a message that was sent before."""
    match m.message.kind:
        case Kind.REACTION:
            return _reaction(m)
        case Kind.DELETED:
            return _deleted(m)
        case Kind.EDITED:
            return _edited(m)
        case Kind.OPERATOR if m.said_before is None:  # else it is the echo of our own
            return m.turn(operator_until=m.now + OPERATOR_HOURS)
        case Kind.OPERATOR | Kind.NUMBER_CHANGED | Kind.FAILED:
            return m.turn()
        case _:
            return None


def _reaction(m: Moment) -> Turn:
    chat, emoji = m.conversation, (m.message.emoji or "")
    asked = chat.draft and chat.asked is Asked.CONFIRM and m.said_before
    if asked and m.said_before and m.said_before.text == "confirm" and emoji.startswith(_YES):
        return report.open_report(m, chat.draft) if chat.draft else m.turn()
    about = m.said_before.text if m.said_before else ""
    is_offer = about.startswith("already_reported") and chat.asked is Asked.SAME
    if chat.draft and is_offer and emoji.startswith(_YES):
        return report.open_report(m, replace(chat.draft, is_same=True))
    return m.turn()


def _deleted(m: Moment) -> Turn:
    by = digest_of(m.message.sender.channel, m.message.refers_to or "")
    draft = m.conversation.draft
    if draft:
        left = draft.without_message(by, m.city)
        is_empty = not (left.said or left.photo_ids or left.recording_ids or left.has_place)
        if left != draft:
            return m.turn(
                draft=None if is_empty else left, asked=None if is_empty else m.conversation.asked
            )
    request = _with_message(m, by)
    if request is None:
        return m.turn()
    changed = request.without_message(by, m.now)
    event = Event(what="taken_back", who="citizen", at=m.now)
    return m.turn(change=Change(request=changed, event=event, effects=_news(request)))


def _edited(m: Moment) -> Turn | None:
    """The new words in place of the old; None where they are words like any others."""
    if not m.message.text:
        return m.turn(Say(text="edit_unseen"))
    by = digest_of(m.message.sender.channel, m.message.refers_to or "")
    draft = m.conversation.draft
    if draft and any(each.by == by for each in draft.said):
        left = draft.without_message(by, m.city).with_message(m.message, m.city)
        return report.next_question(m, _with_files_of(draft, left))
    request = _with_message(m, by)
    if request is None:
        return None
    changed = request.without_message(by, m.now).with_more(gathered(m.message), m.now)
    changed = _with_files_of(request, changed)
    event = Event(what="words_added", who="citizen", at=m.now)
    return m.turn(change=Change(request=changed, event=event, effects=_news(request)), react="👍")


def _with_files_of(before: T, after: T) -> T:
    """An edit changes words: the picture over them stays."""
    return replace(after, photo_ids=before.photo_ids, recording_ids=before.recording_ids)


def _with_message(m: Moment, by: str) -> ServiceRequest | None:
    """The open report that the words or files of a message went into."""
    for request in m.requests.values():
        parts = (*(each.by for each in request.said), *request.photo_ids, *request.recording_ids)
        if not request.is_over and any(part.startswith(by) for part in parts):
            return request
    return None


def _news(request: ServiceRequest) -> tuple[Effect, ...]:
    return tell_agency(request, "words") if request.urgent else ()


def without_words(m: Moment) -> Turn | None:
    """A message in which there is nothing to read or look at."""
    message = m.message
    if message.text or message.location or message.photos or message.recordings:
        return None
    match message.kind:
        case Kind.STICKER:
            return m.turn(questions.welcome(m) if m.conversation.is_new else None)
        case Kind.SHARED_POST | Kind.STORY_MENTION:
            return m.turn(Say(text="shared_post"))
        case _:
            kinds = m.city.messages["kinds"]
            return m.turn(
                Say(text="not_readable", fields={"kind": kinds.get(message.kind, kinds["other"])})
            )
