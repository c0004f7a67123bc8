"""The platform between the business and the citizens: who is who, and what one hears of the other.

`accept_*` is what Meta does with a message of the business; `citizen_*` is what it does when
somebody uses their phone.
"""

import asyncio
import dataclasses
import hashlib
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any

from infra.local.meta_twin import envelopes, instagram, whatsapp
from infra.local.meta_twin.billing import Bill
from infra.local.meta_twin.config import Config, Template, TemplateStatus
from infra.local.meta_twin.errors import TITLES, GraphError, instagram_error, whatsapp_error
from infra.local.meta_twin.limits import InstagramLimits, WhatsAppLimits
from infra.local.meta_twin.media import MediaShelf
from infra.local.meta_twin.store import Channel, Citizen, Message, Store
from infra.local.meta_twin.web_client import Fetch, fetch
from infra.local.meta_twin.webhooks import Sleep, Webhooks

WINDOW_S = 24 * 3600
HUMAN_AGENT_S = 7 * 24 * 3600
REACTION_S = 30 * 24 * 3600
TEMPLATE_CHARACTERS = 1024
MAYBE_LATE = (131047, 131053, 132015, 132016)
Json = dict[str, Any]


@dataclasses.dataclass
class Fault:
    """The next `times` calls to the Graph API on this channel fail with this error.

    `chance`: each call is hit with this probability, until so many were.
    """

    channel: Channel
    code: int
    times: int = 1
    subcode: int | None = None
    http_status: int | None = None
    lose_answer: bool = False
    """Do the deed and then break off: the caller cannot know."""
    by_status: bool = False
    """WhatsApp: accept the message and let it fail afterwards."""
    chance: float = 1
    of_media: bool = False
    """Not what is sent fails, but the look for a citizen's file, or the fetching of it."""
    came: int = 0
    """How often it has."""


@dataclasses.dataclass
class Account:
    """What may change about the business at Meta while it is at work."""

    payment_method: bool = True
    """Without one nothing that costs is delivered (131042)."""
    expired_tokens: tuple[Channel, ...] = ()
    """Calls with them are refused (190, sub-code 463)."""
    human_agent: bool = False
    """Instagram's tag for replies of a person within seven days was approved."""
    refuses_late: bool = False
    """What can only be seen on the way (window, file, template's state) is accepted with 200 and
    fails by a status, as Meta does mostly; else it is refused at once, as Meta does too."""


class Twin:
    def __init__(
        self,
        config: Config,
        *,
        clock: Callable[[], float] = time.time,
        fetch: Fetch = fetch,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.config = config
        self.clock = clock
        self.fetch = fetch
        self.store = Store(config.data_dir)
        self.media = MediaShelf(config, self.store, clock, fetch=fetch)
        self.webhooks = Webhooks(config, self.store, clock, fetch=fetch, sleep=sleep)
        self.limits = WhatsAppLimits(clock)
        self.instagram_limits = InstagramLimits(clock)
        self.bill = Bill(config, self.store)
        self.account = Account()
        self.templates = list(config.templates)
        self.faults: list[Fault] = []
        self._listeners: set[asyncio.Queue[Json]] = set()

    # Watching

    def listen(self) -> asyncio.Queue[Json]:
        queue: asyncio.Queue[Json] = asyncio.Queue()
        self._listeners.add(queue)
        return queue

    def stop_listening(self, queue: asyncio.Queue[Json]) -> None:
        self._listeners.discard(queue)

    def _changed(self, citizen: Citizen, *, typing: bool = False) -> None:
        event: Json = {"channel": citizen.channel, "citizen": citizen.key}
        for queue in self._listeners:
            queue.put_nowait({**event, "typing": True} if typing else event)

    # Faults on demand

    def take_fault(
        self,
        channel: Channel,
        *,
        lose_answer: bool = False,
        by_status: bool = False,
        of_media: bool = False,
    ) -> Fault | None:
        wanted = (channel, lose_answer, by_status, of_media)
        for fault in self.faults:
            kind = (fault.channel, fault.lose_answer, fault.by_status, fault.of_media)
            if kind == wanted and random.random() < fault.chance:
                fault.times, fault.came = fault.times - 1, fault.came + 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None

    # Citizens

    def citizen(self, channel: Channel, address: str) -> Citizen:
        """The citizen with this address; a stranger becomes known when they use their phone."""
        found = self.store.find_citizen(address, channel)
        if found and found.known and (found.user_id or channel == "instagram"):
            return found
        plain = address.removeprefix("+")
        citizen = found or Citizen(key=plain, channel=channel, name=_name(plain))
        if channel == "whatsapp":
            is_bsuid = whatsapp.BSUID.fullmatch(citizen.key)
            phone = None if is_bsuid else citizen.key
            user_id = citizen.user_id or (citizen.key if is_bsuid else bsuid_of(citizen.key))
            citizen = dataclasses.replace(citizen, phone=phone, user_id=user_id)
        return self.store.save_citizen(dataclasses.replace(citizen, known=True))

    def _recipient(self, phone: str | None, user_id: str | None) -> Citizen:
        """Whom a WhatsApp message is for; both addresses in one request make them one person."""
        by_phone = self.store.find_citizen(phone, "whatsapp") if phone else None
        by_id = self.store.find_citizen(user_id, "whatsapp") if user_id else None
        citizen = by_phone or by_id
        if citizen is None:
            if self.config.unknown_recipients == "refuse":
                details = "Recipient phone number not in allowed list"
                raise whatsapp_error(131030, details)
            key = phone or user_id or ""
            citizen = Citizen(key=key, channel="whatsapp", name=_name(key), known=False)
        if by_phone and by_id and by_phone.key != by_id.key:
            self.store.join_citizens(by_phone, by_id)
        joined = dataclasses.replace(
            citizen, phone=citizen.phone or phone, user_id=citizen.user_id or user_id
        )
        return joined if joined == citizen and citizen.known else self.store.save_citizen(joined)

    def _wrote_within(self, citizen: Citizen, seconds: float) -> bool:
        """A stranger may have written behind the twin's back: no window is watched for them."""
        if not citizen.known:
            return True
        return citizen.wrote_at is not None and self.clock() - citizen.wrote_at < seconds

    # What the business sends

    async def accept_whatsapp(self, body: Json) -> Json:
        """`POST /<phone number id>/messages`: Meta's answer to a valid request."""
        request = whatsapp.parse(body)
        if isinstance(request, whatsapp.ReadReceipt):
            return self._mark_read(request)
        phone = request.phone.removeprefix("+") or None
        if phone == self.config.display_phone_number:
            raise whatsapp_error(131021, "Recipient phone number cannot be the sender")
        self.limits.count(phone or request.recipient or "")
        citizen = self._recipient(phone, request.recipient)
        if request.template:
            self._check_template(request.template)
            self._check_category(request)
        if request.reaction:
            self._check_message_id(citizen, request.reaction.message_id)
        media, refusal = await self._what_may_come_late(citizen, request)
        message = Message(
            id=envelopes.new_wamid(),
            citizen=citizen.key,
            channel="whatsapp",
            direction="out",
            at=self.clock(),
            body=body,
            address=phone or request.recipient or "",
            media=media,
            status="accepted",
        )
        self.store.add_message(message)
        self._changed(citizen)
        self._report_whatsapp(citizen, message, refusal)
        contact = (
            {"input": request.to, "wa_id": phone}
            if request.to
            else {"input": request.recipient, "user_id": request.recipient}
        )
        return {
            "messaging_product": "whatsapp",
            "contacts": [contact],
            "messages": [{"id": message.id}],
        }

    def _mark_read(self, request: whatsapp.ReadReceipt) -> Json:
        """The citizen sees blue ticks, on earlier messages too, and perhaps that we type."""
        message = self.store.message(request.message_id)
        citizen = self.store.find_citizen(message.citizen, "whatsapp") if message else None
        if message and citizen:
            for earlier in self.store.messages(citizen, "in"):
                if earlier.at <= message.at and earlier.status not in ("read", "deleted"):
                    self.store.set_status(earlier.id, "read")
            self._changed(citizen, typing=request.typing_indicator is not None)
        return {"success": True}

    def _check_category(self, request: whatsapp.OutgoingMessage) -> None:
        """A code to sign in with goes to a number, never to a business-scoped id alone."""
        known = self._template(request.template) if request.template else None
        if known and known.category == "authentication" and request.to is None:
            details = (
                "You can only send authentication messages to recipients' phone numbers, not "
                "their business-scoped user IDs."
            )
            raise whatsapp_error(131062, details)

    async def _what_may_come_late(
        self, citizen: Citizen, request: whatsapp.OutgoingMessage
    ) -> tuple[tuple[str, ...], GraphError | None]:
        """The files, and what Meta finds wrong only after it has said 200, if it is set so."""
        try:
            if request.template:
                self._check_template_state(request.template)
            elif not self._wrote_within(citizen, WINDOW_S):
                details = (
                    "Message failed to send because more than 24 hours have passed since the "
                    "customer last replied to this number."
                )
                raise whatsapp_error(131047, details)
            return await self._whatsapp_media(request), None
        except GraphError as error:
            if error.code in MAYBE_LATE and self.account.refuses_late:
                return (), error
            raise

    def _check_message_id(self, citizen: Citizen, message_id: str) -> None:
        """A reaction is to a message of this chat of the last 30 days.

        Of a stranger, or where programs outside send webhooks, the twin cannot know all of them.
        """
        message = self.store.message(message_id)
        strict = citizen.known and self.config.unknown_recipients == "refuse"
        unknown = message is None and (strict or not message_id.startswith("wamid."))
        foreign = message is not None and message.citizen != citizen.key
        old = message is not None and self.clock() - message.at > REACTION_S
        if unknown or foreign or old:
            raise whatsapp_error(131009, "Invalid message ID")

    def _template(self, template: whatsapp.Template) -> Template | None:
        asked = (template.name, template.language.code)
        known = [known for known in self.templates if (known.name, known.language) == asked]
        return known[0] if known else None

    def _check_template(self, template: whatsapp.Template) -> None:
        known = self._template(template)
        if known is None or known.status in ("PENDING", "REJECTED"):
            details = f"template name ({template.name}) does not exist in {template.language.code}"
            raise whatsapp_error(132001, details)
        for part, wanted in (("header", known.header_parameters), ("body", known.parameters)):
            given = len(template.parameters("header" if part == "header" else "body"))
            if given != wanted:
                details = (
                    f"{part}: number of localizable_params ({given}) does not match the expected "
                    f"number of params ({wanted})"
                )
                raise whatsapp_error(132000, details)
        places = template.button_places()
        if any(place >= len(known.buttons) for place in places) or len({*places}) < len(places):
            details = f"buttons: the template has {len(known.buttons)} of them"
            raise whatsapp_error(132012, details)
        written = len(known.text) + sum(map(len, template.parameters("body")))
        if written - len("{{1}}") * known.parameters > TEMPLATE_CHARACTERS:
            raise whatsapp_error(132005, f"body: more than {TEMPLATE_CHARACTERS} characters")

    def _check_template_state(self, template: whatsapp.Template) -> None:
        known = self._template(template)
        codes = {"PAUSED": 132015, "DISABLED": 132016}
        if known and known.status in codes:
            details = f"template ({known.name}) is {known.status.lower()}"
            raise whatsapp_error(codes[known.status], details)

    def review_template(self, name: str, status: TemplateStatus) -> list[Template]:
        """Another verdict of Meta's on a template, in every language that it has."""
        changed = []
        for place, template in enumerate(self.templates):
            if template.name == name:
                self.templates[place] = template.model_copy(update={"status": status})
                changed.append(self.templates[place])
        for template in changed:
            payload = envelopes.template_status_update(self.config, template, self.clock())
            self.webhooks.send(f"template {name}", "whatsapp", envelopes.wire_bytes(payload))
        return changed

    async def _whatsapp_media(self, request: whatsapp.OutgoingMessage) -> tuple[str, ...]:
        kept = []
        for kind, file in request.files:
            if file.link:
                kept.append((await self.media.fetch_file(file.link, "whatsapp", kind)).id)
            else:
                kept.append(self.media.uploaded(file.id or "", kind).id)
        return tuple(kept)

    def _report_whatsapp(
        self, citizen: Citizen, message: Message, refusal: GraphError | None
    ) -> None:
        """Tell what became of a message: failed; or sent and, where the phone is on, delivered."""
        pricing = self.bill.pricing(message)
        message = dataclasses.replace(message, pricing=pricing)
        self.store.set_pricing(message.id, pricing)
        failure = refusal or self._failure(citizen, pricing)
        if failure is not None:
            self._send_status(citizen, message, "failed", failure=failure)
            return
        self._send_status(citizen, message, "sent", pricing=pricing)
        if not citizen.offline:
            self._reaches_the_phone(citizen, message)

    def _failure(self, citizen: Citizen, pricing: Json | None) -> GraphError | None:
        """Why an accepted message fails all the same."""
        if citizen.blocks:
            return whatsapp_error(131026, "Message Undeliverable.")
        if citizen.fails_with is not None:
            return whatsapp_error(citizen.fails_with, "")
        if fault := self.take_fault("whatsapp", by_status=True):
            return whatsapp_error(fault.code, "Asked for by a test")
        if pricing and pricing["billable"] and not self.account.payment_method:
            details = "Message failed to send because there is no payment method on file."
            return whatsapp_error(131042, details)
        return None

    def _reaches_the_phone(self, citizen: Citizen, message: Message) -> None:
        """Nothing more is told of a reaction; of a message that is read at once, the reading."""
        if message.body.get("type") == "reaction":
            return
        status = "read" if citizen.reads_at_once else "delivered"
        self._send_status(citizen, message, status, pricing=message.pricing)

    def _send_status(
        self,
        citizen: Citizen,
        message: Message,
        status: str,
        *,
        pricing: Json | None = None,
        failure: GraphError | None = None,
    ) -> None:
        self.store.set_status(message.id, status)
        self._changed(citizen)
        value = envelopes.whatsapp_status(
            citizen, message, status, self.clock(), pricing=pricing, failure=failure
        )
        payload = envelopes.whatsapp_envelope(self.config, [value])
        self.webhooks.send(citizen.key, "whatsapp", envelopes.wire_bytes(payload))

    async def accept_instagram(self, body: Json) -> Json:
        """`POST /me/messages`: Meta's answer to a valid request."""
        request = instagram.parse(body)
        igsid = request.recipient.id
        citizen = self.store.find_citizen(igsid, "instagram")
        if citizen is None:
            if self.config.unknown_recipients == "refuse":
                message = "No matching Instagram user"
                raise instagram_error(100, message, subcode=2534014)
            citizen = Citizen(key=igsid, channel="instagram", name=_name(igsid), known=False)
            self.store.save_citizen(citizen)
        if request.message is None:
            self._changed(citizen, typing=request.sender_action == "typing_on")
            return {"recipient_id": igsid}
        self.instagram_limits.count([file.type for file in request.message.files])
        if citizen.blocks or citizen.fails_with is not None:
            code = citizen.fails_with or 551
            message = f"(#{code}) {TITLES.get(code, 'An unknown error occurred')}"
            raise instagram_error(code, message, subcode=1545041 if code == 551 else None)
        if request.tag and not self.account.human_agent:
            raise instagram_error(
                10, "To use 'Human Agent', your use of this endpoint must be reviewed and approved"
            )
        if not self._wrote_within(citizen, HUMAN_AGENT_S if request.tag else WINDOW_S):
            message = "This message is sent outside of allowed window."
            raise instagram_error(10, message, subcode=2534022, http_status=403)
        media = [
            (await self.media.fetch_file(file.payload.url, "instagram", file.type)).id
            for file in request.message.files
        ]
        sent = self._keep_sent(citizen, body, tuple(media))
        echo = envelopes.instagram_echo(self.config, citizen, sent, self.clock(), by_app=True)
        self._deliver_instagram(citizen, [echo])
        return {"recipient_id": igsid, "message_id": sent.id}

    def _deliver_instagram(self, citizen: Citizen, events: list[Json]) -> asyncio.Task[None]:
        payload = envelopes.instagram_envelope(self.config, events, self.clock())
        return self.webhooks.send(citizen.key, "instagram", envelopes.wire_bytes(payload))

    # What citizens do

    def citizen_wrote(
        self, citizen: Citizen, message: Message, *, opens_window: bool = True
    ) -> None:
        """Keep what a citizen sent; most of it opens or renews the 24-hour window."""
        if citizen.channel == "whatsapp":
            self.limits.received()
        if self.store.message(message.id) is None:
            self.store.add_message(message)
        if opens_window:
            known = self.store.find_citizen(citizen.key, citizen.channel) or citizen
            wrote_at = max(message.at, known.wrote_at or 0)
            self.store.save_citizen(dataclasses.replace(known, wrote_at=wrote_at))
        self._changed(citizen)

    def citizen_becomes(self, before: Citizen, after: Citizen) -> Citizen:
        """Another number or id: the chat goes on under it."""
        known = self.store.find_citizen(before.key, before.channel) or before
        if known.key != after.key:
            self.store.join_citizens(after, known)
        changed = dataclasses.replace(
            known, key=after.key, phone=after.phone, user_id=after.user_id
        )
        self._changed(changed)
        return self.store.save_citizen(changed)

    def staff_wrote(self, citizen: Citizen, text: str) -> Message:
        """A person answered in the Instagram app: the business hears of it as of an echo."""
        body: Json = {"recipient": {"id": citizen.key}, "message": {"text": text}}
        message = self._keep_sent(citizen, body)
        echo = envelopes.instagram_echo(self.config, citizen, message, self.clock(), by_app=False)
        self._deliver_instagram(citizen, [echo])
        return message

    def _keep_sent(self, citizen: Citizen, body: Json, media: tuple[str, ...] = ()) -> Message:
        """A message of the account to an Instagram user."""
        message = Message(
            id=envelopes.new_mid(),
            citizen=citizen.key,
            channel="instagram",
            direction="out",
            at=self.clock(),
            body=body,
            address=citizen.key,
            media=media,
            status="sent",
        )
        self.store.add_message(message)
        self._changed(citizen)
        return message

    def deliver(
        self, citizen: Citizen, payload: Json, message_ids: list[str], *, delay_s: float = 0
    ) -> Awaitable[None]:
        """Send a webhook; when it has arrived the citizen's messages in it get two ticks."""

        def arrived() -> None:
            for message_id in message_ids:
                message = self.store.message(message_id)
                if message and message.status == "sent":
                    self.store.set_status(message_id, "delivered")
            self._changed(citizen)

        body = envelopes.wire_bytes(payload)
        return self.webhooks.send(citizen.key, citizen.channel, body, arrived, delay_s=delay_s)

    def citizen_is_online_again(self, citizen: Citizen) -> None:
        """What waited for the phone is delivered, in order."""
        for message in self.store.messages(citizen, "out"):
            if message.channel == "whatsapp" and message.status == "sent":
                self._reaches_the_phone(citizen, message)

    def citizen_read(self, citizen: Citizen) -> None:
        """The phone shows the chat: everything delivered is read."""
        unread = [
            message
            for message in self.store.messages(citizen, "out")
            if message.status in ("accepted", "sent", "delivered")
            and message.body.get("type") != "reaction"
        ]
        for message in unread:
            if citizen.channel == "whatsapp":
                pricing = None if message.status == "delivered" else message.pricing
                self._send_status(citizen, message, "read", pricing=pricing)
            else:
                self.store.set_status(message.id, "read")
        if unread and citizen.channel == "instagram":
            content = {"read": {"mid": unread[-1].id}}
            event = envelopes.instagram_event(self.config, citizen, self.clock(), content)
            self._deliver_instagram(citizen, [event])
        if unread:
            self.store.save_citizen(dataclasses.replace(citizen, seen_at=self.clock()))
            self._changed(citizen)


def bsuid_of(phone: str) -> str:
    """The business-scoped user id of a phone number: any, but always the same."""
    digest = hashlib.sha256(f"bsuid {phone}".encode()).hexdigest()
    return f"ID.{int(digest[:15], 16):018d}"


def _name(address: str) -> str:
    return f"Warga {address[-4:]}"
