"""An SMS to one phone number through SNS, which keeps neither number nor text.

A phone number is no resource that a policy could name. So who may send one may publish to anything that is
not a topic, and to no topic: `infra/conversation.py`.
https://docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html
"""

from typing import TYPE_CHECKING

from aduan.aws.clients import client
from aduan.errors import TryAgainError, UndeliverableError

if TYPE_CHECKING:
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef

MOST_USD = "0.90"  # for all parts of one message; beyond it SNS does not send
REFUSED = 0  # no code of Meta's
_LATER = frozenset({"InternalError", "InternalErrorException", "Throttling", "ThrottledException"})


def send(number: str, text: str, *, sender_id: str = "") -> str:
    """Gives SNS's id of the message. No error tells the number."""
    attributes: dict[str, MessageAttributeValueTypeDef] = {
        "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
        "AWS.SNS.SMS.MaxPrice": {"DataType": "Number", "StringValue": MOST_USD},
    }
    if sender_id:
        attributes["AWS.SNS.SMS.SenderID"] = {"DataType": "String", "StringValue": sender_id}
    sns = client("sns")
    try:
        answer = sns.publish(PhoneNumber=f"+{number}", Message=text, MessageAttributes=attributes)
    except sns.exceptions.ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _LATER:
            raise TryAgainError(code) from None
        raise UndeliverableError(REFUSED) from None
    return answer["MessageId"]
