"""From the inbox to the citizen's answer: understand, write down, and do what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.python_function import GET_AND_PUT, Platform, PythonFunction
from infra.work_queue import WorkQueue, failures

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.agencies import Agencies
    from infra.deadlines import Deadlines
    from infra.front_door import FrontDoor
    from infra.lifecycle import Lifecycle
    from infra.storage import Storage

TRIES_TO_SEND = 8  # with growing pauses, half an hour in all
NEW_EFFECT = {
    "eventName": ["INSERT"],
    "dynamodb": {"Keys": {"SK": {"S": [{"prefix": "effect#"}]}}},
}
# The workflow's token and the world's answer have met: whichever came second made this record.
# An answer that was given takes its token away, so that it does not come back.
ANSWERED_WAIT = {
    "eventName": ["INSERT", "MODIFY"],
    "dynamodb": {
        "Keys": {"SK": {"S": [{"prefix": "wait#"}]}},
        "NewImage": {
            "task_token": {"S": [{"exists": True}]},
            "answer": {"S": [{"exists": True}]},
        },
    },
}


class Conversation(Construct):
    """`converse` decides and writes one transaction; the other functions do what follows from it."""

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        platform: Platform,
        storage: Storage,
        inbox: WorkQueue,
        lifecycle: Lifecycle,
        agencies: Agencies,
        deadlines: Deadlines,
        front_door: FrontDoor,
    ) -> None:
        super().__init__(scope, id)
        self._platform = platform
        self._storage = storage
        settings = platform.settings
        self.outbox = WorkQueue(
            self,
            "outbox",
            settings=settings,
            handled_within=Duration.seconds(30),
            in_order=True,
            tries=TRIES_TO_SEND,
        )
        self.settling = WorkQueue(
            self,
            "settling",
            settings=settings,
            handled_within=Duration.seconds(30),
            delay=Duration.seconds(settings.settle_s),
            tries=TRIES_TO_SEND,
        )
        self.photos = WorkQueue(
            self, "photos", settings=settings, handled_within=Duration.seconds(60)
        )
        self.notices = WorkQueue(
            self, "notices", settings=settings, handled_within=Duration.seconds(30)
        )
        self.erasures = WorkQueue(
            self,
            "erasures",
            settings=settings,
            handled_within=Duration.seconds(120),
            delay=Duration.seconds(5 if settings.is_local else 60),
        )
        self.followers = WorkQueue(
            self, "followers", settings=settings, handled_within=Duration.seconds(30)
        )
        self.failed_effects = failures(self, settings=settings, what="effects")
        self._converse(inbox)
        self._carry_out_effects(lifecycle, deadlines)
        self._send_message(front_door)
        self._receive_place(front_door)
        self._fetch_photo()
        self._update_agency(agencies, front_door)
        self._erase_citizen()
        self._mute_citizen()
        self._inform_joined()

    @property
    def queues(self) -> dict[str, str]:
        """Where effects go, as the functions that carry them out are told."""
        return {
            "OUTBOX_QUEUE_URL": self.outbox.url,
            "SETTLING_QUEUE_URL": self.settling.url,
            "PHOTO_QUEUE_URL": self.photos.url,
            "NOTICE_QUEUE_URL": self.notices.url,
            "ERASURE_QUEUE_URL": self.erasures.url,
            "FOLLOWERS_QUEUE_URL": self.followers.url,
        }

    @property
    def queue_arns(self) -> list[str]:
        queues = (self.outbox, self.settling, self.photos, self.notices, self.erasures)
        return [queue.arn for queue in (*queues, self.followers)]

    def _converse(self, inbox: WorkQueue) -> None:
        storage = self._storage
        converse = self._function(
            "converse",
            inbox.handled_within,
            {
                "VAULT_TABLE": storage.vault.table_name,
                "VAULT_KEY_ID": storage.vault_key.key_id,
                "ADDRESS_HASH_KEY_ID": storage.address_hash_key.key_id,
            },
        )
        converse.may(
            *GET_AND_PUT,
            "dynamodb:BatchGetItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:Query",
            on=storage.reports.table_arn,
        )
        converse.may(*GET_AND_PUT, "dynamodb:DeleteItem", on=storage.vault.table_arn)
        storage.let_use(converse, "kms:Encrypt", storage.vault_key)
        storage.let_use(converse, "kms:GenerateMac", storage.address_hash_key)
        inbox.worked_off_by(converse, batch=10)

    def _carry_out_effects(self, lifecycle: Lifecycle, deadlines: Deadlines) -> None:
        reports = self._storage.reports
        carry_out_effects = self._function(
            "carry_out_effects",
            Duration.seconds(60),
            {
                **self.queues,
                **deadlines.variables,
                "STATE_MACHINE_ARN": lifecycle.state_machine.state_machine_arn,
            },
        )
        carry_out_effects.may("dynamodb:UpdateItem", on=reports.table_arn)
        carry_out_effects.may("sqs:SendMessage", on=self.queue_arns)
        machine_arn = lifecycle.state_machine.state_machine_arn
        carry_out_effects.may("states:StartExecution", on=machine_arn)
        carry_out_effects.may("states:SendTaskSuccess", "states:SendTaskFailure", on=machine_arn)
        deadlines.let_schedule(carry_out_effects)
        stream_arn = str(reports.table_stream_arn)
        carry_out_effects.may_read_stream(stream_arn)
        carry_out_effects.may("sqs:SendMessage", on=self.failed_effects.queue_arn)
        mapping = lambda_.EventSourceMapping(
            self,
            "effects",
            target=carry_out_effects,
            event_source_arn=stream_arn,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=100,
            filters=[
                lambda_.FilterCriteria.filter(NEW_EFFECT),
                lambda_.FilterCriteria.filter(ANSWERED_WAIT),
            ],
            report_batch_item_failures=True,
            bisect_batch_on_error=True,
            retry_attempts=20,
            # The emulator counts no tries: there, a bad record would hold up the rest for ever.
            max_record_age=Duration.minutes(1) if self._platform.settings.is_local else None,
        )
        # By hand: the CDK's way would let the function do more with that queue than send to it.
        cfn = cast("lambda_.CfnEventSourceMapping", mapping.node.default_child)
        cfn.destination_config = lambda_.CfnEventSourceMapping.DestinationConfigProperty(
            on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(
                destination=self.failed_effects.queue_arn
            )
        )

    def _send_message(self, front_door: FrontDoor) -> None:
        settings, storage = self._platform.settings, self._storage
        send_message = self._function(
            "send_message",
            self.outbox.handled_within,
            {
                "VAULT_TABLE": storage.vault.table_name,
                "VAULT_KEY_ID": storage.vault_key.key_id,
                "PHOTO_BUCKET": storage.photos.bucket_name,
                "SECRETS_PREFIX": settings.secrets_prefix,
                "WHATSAPP_PHONE_NUMBER_ID": settings.whatsapp_phone_number_id,
                "WHATSAPP_API_URL": settings.whatsapp_api_url,
                "INSTAGRAM_API_URL": settings.instagram_api_url,
                "OUTBOX_QUEUE_URL": self.outbox.url,
                "SETTLING_QUEUE_URL": self.settling.url,
                "PLACE_URL": front_door.place_url,
                "SMS_SENDER_ID": settings.sms_sender_id,
            },
        )
        send_message.may_send_sms()
        send_message.may(*GET_AND_PUT, "dynamodb:UpdateItem", on=storage.reports.table_arn)
        for queue in (self.outbox, self.settling):
            send_message.may("sqs:ChangeMessageVisibility", on=queue.arn)
        send_message.may("dynamodb:GetItem", on=storage.vault.table_arn)
        storage.let_use(send_message, "kms:Decrypt", storage.vault_key)
        send_message.may("s3:GetObject", on=storage.photos.arn_for_objects("proof/*"))
        send_message.may_read_secrets("whatsapp-token", "instagram-token", "link-key")
        self.outbox.worked_off_by(send_message, batch=10)
        self.settling.worked_off_by(send_message, batch=10)

    def _receive_place(self, front_door: FrontDoor) -> None:
        storage = self._storage
        secrets_prefix = self._platform.settings.secrets_prefix
        receive_place = self._function(
            "receive_place", Duration.seconds(10), {"SECRETS_PREFIX": secrets_prefix}
        )
        receive_place.may(*GET_AND_PUT, on=storage.reports.table_arn)
        receive_place.may_read_secrets("link-key")
        front_door.opens("/place/{link}", receive_place)

    def _fetch_photo(self) -> None:
        settings, storage = self._platform.settings, self._storage
        fetch_photo = self._function(
            "fetch_photo",
            self.photos.handled_within,
            {
                "PHOTO_BUCKET": storage.photos.bucket_name,
                "SECRETS_PREFIX": settings.secrets_prefix,
                "WHATSAPP_API_URL": settings.whatsapp_api_url,
                "MEDIA_HOSTS": settings.media_hosts,
            },
        )
        fetch_photo.may(
            *GET_AND_PUT,
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            on=storage.reports.table_arn,
        )
        fetch_photo.may(
            "s3:PutObject", "s3:DeleteObject", on=storage.photos.arn_for_objects("reports/*")
        )
        fetch_photo.may_read_secrets("whatsapp-token")
        self.photos.worked_off_by(fetch_photo, batch=1)

    def _update_agency(self, agencies: Agencies, front_door: FrontDoor) -> None:
        update_agency = self._function(
            "update_agency",
            self.notices.handled_within,
            {
                "AGENCY_TOPIC_PREFIX": agencies.topic_prefix,
                "DESK_URL": front_door.desk_url,
                "SECRETS_PREFIX": self._platform.settings.secrets_prefix,
            },
        )
        update_agency.may_read_secrets("link-key")
        update_agency.may("dynamodb:GetItem", on=self._storage.reports.table_arn)
        topics = [topic.topic_arn for topic in agencies.topics.values()]
        update_agency.may("sns:Publish", on=topics)
        self.notices.worked_off_by(update_agency, batch=1)

    def _erase_citizen(self) -> None:
        storage = self._storage
        erase_citizen = self._function(
            "erase_citizen",
            self.erasures.handled_within,
            {
                "VAULT_TABLE": storage.vault.table_name,
                "PHOTO_BUCKET": storage.photos.bucket_name,
            },
        )
        erase_citizen.may(
            *GET_AND_PUT,
            "dynamodb:Query",
            "dynamodb:Scan",
            "dynamodb:DeleteItem",
            on=storage.reports.table_arn,
        )
        erase_citizen.may("dynamodb:Scan", "dynamodb:DeleteItem", on=storage.vault.table_arn)
        erase_citizen.may("s3:DeleteObject", on=storage.photos.arn_for_objects("reports/*"))
        erase_citizen.may("s3:PutObject", on=storage.photos.arn_for_objects("erasures/*"))
        self.erasures.worked_off_by(erase_citizen, batch=1)

    def _inform_joined(self) -> None:
        inform_joined = self._function("inform_joined", self.followers.handled_within, {})
        inform_joined.may(
            *GET_AND_PUT,
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            on=self._storage.reports.table_arn,
        )
        self.followers.worked_off_by(inform_joined, batch=1)

    def _mute_citizen(self) -> None:
        mute_citizen = self._function("mute_citizen", Duration.seconds(10), {})
        mute_citizen.may(*GET_AND_PUT, on=self._storage.reports.table_arn)

    def _function(
        self, name: str, timeout: Duration, environment: Mapping[str, str]
    ) -> PythonFunction:
        return PythonFunction(
            self,
            name,
            platform=self._platform,
            environment={"REPORTS_TABLE": self._storage.reports.table_name, **environment},
            timeout=timeout,
        )
