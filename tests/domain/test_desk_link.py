from dataclasses import replace
from datetime import timedelta

import pytest

from aduan import desk_link
from aduan.desk_link import DeskLink, ExpiredLinkError, ForgedLinkError, OverviewLink
from tests.builders import NOW, NUMBER

KEY, OTHER_KEY = b"a key of the city", b"another key"
LINK = DeskLink(
    service_request_id=NUMBER, attempt=2, expires=(NOW + timedelta(days=30)).replace(minute=0)
)


def test_a_signed_link_opens_its_report() -> None:
    assert desk_link.read(LINK.sign(KEY), KEY, NOW) == LINK


@pytest.mark.parametrize("issue", [0, 3])
def test_a_companions_link_says_whose_it_is(issue: int) -> None:
    link = replace(LINK, agency="bbws_brantas", issue=issue)

    assert desk_link.read(link.sign(KEY), KEY, NOW) == link


def test_a_link_ends_when_its_time_is_over() -> None:
    with pytest.raises(ExpiredLinkError):
        desk_link.read(LINK.sign(KEY), KEY, LINK.expires)


@pytest.mark.parametrize("place", range(len(LINK.sign(KEY))))
def test_a_link_changed_anywhere_is_refused(place: int) -> None:
    signed = LINK.sign(KEY)
    changed = signed[:place] + ("x" if signed[place] != "x" else "y") + signed[place + 1 :]

    with pytest.raises(ForgedLinkError):
        desk_link.read(changed, KEY, NOW)


@pytest.mark.parametrize("link", ["", "-", "1-2-3", "a-b-c-d", "½-1-1-é", LINK.sign(OTHER_KEY)])
def test_what_is_no_link_of_ours_is_refused(link: str) -> None:
    with pytest.raises(ForgedLinkError):
        desk_link.read(link, KEY, NOW)


def test_a_link_fits_into_an_sms() -> None:
    assert len(LINK.sign(KEY)) <= 40


def test_a_form_serves_one_state_of_one_report() -> None:
    signed = LINK.sign(KEY)
    token = desk_link.form_token(signed, "dispatched", KEY)

    assert desk_link.is_form_token(token, signed, "dispatched", KEY)
    assert not desk_link.is_form_token(token, signed, "accepted", KEY)
    assert not desk_link.is_form_token(token, signed + "x", "dispatched", KEY)
    assert not desk_link.is_form_token("", signed, "dispatched", KEY)


def test_the_link_after_a_revoked_one_says_so() -> None:
    second = replace(LINK, issue=1)

    assert second.sign(KEY) != LINK.sign(KEY)
    assert desk_link.read(second.sign(KEY), KEY, NOW) == second


def test_an_agencys_own_link_opens_no_report_and_a_reports_link_no_overview() -> None:
    overview = OverviewLink(agency="satpol_pp", expires=LINK.expires, issue=2)

    assert desk_link.read_overview(overview.sign(KEY), KEY, NOW) == overview
    with pytest.raises(ForgedLinkError):
        desk_link.read(overview.sign(KEY), KEY, NOW)
    with pytest.raises(ForgedLinkError):
        desk_link.read_overview(LINK.sign(KEY), KEY, NOW)
