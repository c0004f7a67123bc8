"""An agency is told once, in a long text and a short one."""

from aduan import agency_notice
from aduan.aws import agency_topic
from aduan.aws.clients import client
from tests.builders import KEDIRI, NOW, a_dispatched_request
from tests.cloud import ACCOUNT, REGION, Cloud

LINK = "https://desk.example/desk/a-link"


def test_the_agencys_mailbox_gets_the_notice_with_the_link(cloud: Cloud) -> None:
    mailbox = cloud.a_topic_with_mailbox("dishub")
    notice = agency_notice.write(a_dispatched_request(), KEDIRI, link=LINK, expires=NOW)

    agency_topic.publish(f"arn:aws:sns:{REGION}:{ACCOUNT}:aduan-test-dishub", notice)

    (mail,) = cloud.messages(mailbox)
    assert mail["body"]["Subject"] == notice.subject
    assert mail["body"]["Message"] == notice.text
    assert LINK in notice.text
    attributes = {name: a["Value"] for name, a in mail["body"]["MessageAttributes"].items()}
    assert attributes == {"urgent": "false", "role": "duty", "sms": notice.sms}


def test_a_topic_is_heard_once_somebody_has_subscribed(cloud: Cloud) -> None:
    cloud.a_topic_with_mailbox("dishub")
    client("sns").create_topic(Name="aduan-test-pln")
    prefix = f"arn:aws:sns:{REGION}:{ACCOUNT}:aduan-test-"

    assert agency_topic.is_heard(prefix + "dishub")
    assert not agency_topic.is_heard(prefix + "pln")
    assert not agency_topic.is_heard(prefix + "no-such-agency")
