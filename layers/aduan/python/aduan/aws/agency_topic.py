"""Agencies are told through SNS: one topic each, whose subscriptions are their e-mail and phone numbers."""

import json

from aduan.agency_notice import AgencyNotice
from aduan.aws.clients import client


def publish(topic_arn: str, notice: AgencyNotice) -> None:
    """One publish: the long text for e-mail (and anything else subscribed), the short one for SMS.

    The attributes `urgent` and `role` are for filter policies: a duty phone may want emergencies alone, a
    head of agency what nobody has kept. A queue that
    an agency subscribes gets both texts, the short one in the attribute `sms`.
    https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html
    """
    texts = {"default": notice.text, "email": notice.text, "sms": notice.sms}
    client("sns").publish(
        TopicArn=topic_arn,
        Subject=notice.subject,
        Message=json.dumps(texts),
        MessageStructure="json",
        MessageAttributes={
            "urgent": {"DataType": "String", "StringValue": str(notice.urgent).lower()},
            "role": {"DataType": "String", "StringValue": notice.role},
            "sms": {"DataType": "String", "StringValue": notice.sms},
        },
    )


def is_heard(topic_arn: str) -> bool:
    """Whether anybody has subscribed to what an agency is told, and confirmed it."""
    sns = client("sns")
    try:
        attributes = sns.get_topic_attributes(TopicArn=topic_arn)["Attributes"]
    except sns.exceptions.NotFoundException:
        return False
    return int(attributes["SubscriptionsConfirmed"]) > 0
