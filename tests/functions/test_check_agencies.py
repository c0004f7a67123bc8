"""Before a report gets lost: which agencies would hear of none?"""

from tests.builders import KEDIRI
from tests.cloud import Cloud
from tests.functions.conftest import Loader, Output

WITH_A_TOPIC = {agency for agency in KEDIRI.agencies if KEDIRI.told_through(agency) == agency}


def test_the_command_centre_is_told_of_agencies_without_a_subscription(
    function: Loader, cloud: Cloud, output: Output
) -> None:
    mailbox = cloud.a_topic_with_mailbox("diskominfo")
    cloud.a_topic_with_mailbox("dishub")

    found = function("check_agencies")({})

    unheard = WITH_A_TOPIC - {"diskominfo", "dishub"}
    assert "bbpjn" not in unheard  # the command centre hands on what concerns it
    assert set(found["unheard"]) == unheard
    (mail,) = cloud.messages(mailbox)
    assert "PLN" in mail["body"]["Message"]
    assert "Dishub" not in mail["body"]["Message"]
    assert output.counted == {"AgenciesUnheard": len(unheard)}


def test_where_all_are_heard_nobody_is_written_to(
    function: Loader, cloud: Cloud, output: Output
) -> None:
    boxes = [cloud.a_topic_with_mailbox(agency) for agency in KEDIRI.agencies]

    assert function("check_agencies")({}) == {"unheard": []}
    assert [message for box in boxes for message in cloud.messages(box)] == []
    assert output.counted == {"AgenciesUnheard": 0}


def test_if_nobody_is_left_to_tell_the_metric_still_says_so(
    function: Loader, cloud: Cloud, output: Output
) -> None:
    function("check_agencies")({})

    assert output.counted == {"AgenciesUnheard": len(WITH_A_TOPIC)}
