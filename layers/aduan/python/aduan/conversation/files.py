"""Photos and recordings that are part of nothing any more are let go of, whatever step that came from."""

from collections.abc import Mapping
from dataclasses import replace

from aduan.change import Effect
from aduan.conversation.state import Conversation, Turn
from aduan.service_request import ServiceRequest


def tidied(before: Conversation, requests: Mapping[str, ServiceRequest], turn: Turn) -> Turn:
    """The turn, which fetches the files that became part of something, and lets go of those that are no more.

    What is kept for a person to look at keeps its files.
    """
    change = turn.change
    if change.kept:
        return turn
    number = change.request.service_request_id if change.request else ""
    after = _files_of(turn.conversation, change.request)
    elsewhere = {file for key in requests if key != number for file in _of_report(requests[key])}
    left = _files_of(before, requests.get(number)) - after - elsewhere
    effects = [each for each in change.effects if not each.fetch or each.photo_id in after]
    effects += [_let_go(file_id, before.citizen_id) for file_id in sorted(left)]
    return replace(turn, change=replace(change, effects=tuple(effects)))


def _files_of(chat: Conversation, request: ServiceRequest | None) -> set[str]:
    drafts = [draft for draft in (chat.draft, chat.aside) if draft]
    of_drafts = {file for each in drafts for file in (*each.photo_ids, *each.recording_ids)}
    return of_drafts | (_of_report(request) if request else set())


def _of_report(request: ServiceRequest) -> set[str]:
    return {*request.photo_ids, *request.recording_ids}


def _let_go(file_id: str, citizen_id: str) -> Effect:
    return Effect(name=f"let_go#{file_id}", let_go=True, photo_id=file_id, to=citizen_id)
