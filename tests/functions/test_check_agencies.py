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


def test_the_command_centre_is_told_in_time_that_next_years_holidays_are_missing(
    function: Loader, cloud: Cloud, output: Output
) -> None:
    """Those of 2027 are listed; from October of that year on, those of 2028 must be."""
    boxes = {agency: cloud.a_topic_with_mailbox(agency) for agency in KEDIRI.agencies}
    check = function("check_agencies")

    check({"today": "2026-12-31"})
    check({"today": "2027-09-30"})
    assert cloud.messages(boxes["diskominfo"]) == []

    check({"today": "2027-10-01"})
    (mail,) = cloud.messages(boxes["diskominfo"])
    assert (
        "Hari libur nasional dan cuti bersama tahun 2028 belum tercatat" in mail["body"]["Message"]
    )
    assert output.counted["HolidaysUnknown"] == 1
