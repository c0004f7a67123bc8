"""How agencies are told: one SNS topic each; an e-mail address or phone number subscribes to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

if TYPE_CHECKING:
    from infra.settings import Settings


class Agencies(Construct):
    """A topic for every agency of the jurisdiction; on this machine a mailbox and a phone too."""

    def __init__(self, scope: Construct, id: str, *, settings: Settings) -> None:  # noqa: A002
        super().__init__(scope, id)
        self._settings = settings
        stack = Stack.of(self)
        # AWS's own key for SNS serves whoever may publish in this account: no grant is needed.
        by_sns = (
            None if settings.is_local else kms.Alias.from_alias_name(self, "key", "alias/aws/sns")
        )
        self.topic_prefix = f"arn:aws:sns:{stack.region}:{stack.account}:{settings.name('')}"
        self.topics = {
            agency_id: sns.Topic(
                self,
                agency_id,
                topic_name=settings.name(agency_id),
                display_name=f"Aduan 112 {name}",
                enforce_ssl=not settings.is_local,
                master_key=by_sns,
            )
            for agency_id, name in settings.agencies().items()
        }
        for topic in self.topics.values():
            # In place of the policy that SNS gives every topic, by which the whole account may publish.
            topic.add_to_resource_policy(
                iam.PolicyStatement(
                    principals=[iam.AccountRootPrincipal()],
                    actions=["sns:GetTopicAttributes"],
                    resources=[topic.topic_arn],
                )
            )
        self.mailboxes: dict[str, sqs.Queue] = {}
        if settings.is_local:
            for number, (agency_id, topic) in enumerate(self.topics.items(), start=1):
                self.mailboxes[agency_id] = self._mailbox(agency_id, topic)
                self._phone(agency_id, topic, f"+628110000{number:04}")

    def _mailbox(self, agency_id: str, topic: sns.Topic) -> sqs.Queue:
        """A queue that gets what the agency's e-mail address would: the emulator sends none."""
        mailbox = sqs.Queue(
            self,
            f"{agency_id}-mailbox",
            queue_name=self._settings.name(f"mailbox-{agency_id}"),
            removal_policy=RemovalPolicy.DESTROY,
        )
        mailbox.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("sns.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[mailbox.queue_arn],
                conditions={"ArnEquals": {"aws:SourceArn": topic.topic_arn}},
            )
        )
        sns.Subscription(
            self,
            f"{agency_id}-mail",
            topic=topic,
            protocol=sns.SubscriptionProtocol.SQS,
            endpoint=mailbox.queue_arn,
        )
        return mailbox

    def _phone(self, agency_id: str, topic: sns.Topic, number: str) -> None:
        sns.Subscription(
            self,
            f"{agency_id}-sms",
            topic=topic,
            protocol=sns.SubscriptionProtocol.SMS,
            endpoint=number,
        )
