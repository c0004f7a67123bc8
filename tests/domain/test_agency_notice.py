from datetime import timedelta

import pytest

from aduan.agency_notice import MAX_SMS, MAX_SUBJECT, AgencyNotice, write
from aduan.service_request import ServiceRequest
from tests.builders import KEDIRI, NOW, a_dispatched_request, a_promised_request

# An address of API Gateway in Jakarta, at its longest.
LINK = "https://abcdefghij.execute-api.ap-southeast-3.amazonaws.com/desk/123456789018-12-abcde-0123456789abcdefghi"
GSM = set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ÄÖÑÜ§¿äöñüà") | {
    chr(letter) for letter in (*range(65, 91), *range(97, 123))
}


def notice_of(request: ServiceRequest) -> AgencyNotice:
    return write(request, KEDIRI, link=LINK, expires=NOW + timedelta(days=30))


def test_the_mail_says_what_where_why_until_when_and_by_which_link() -> None:
    text = notice_of(a_promised_request(lat=-7.828, long=112.01)).text

    for said in ("Dishub", "1234-5678-9018", "Lampu jalan", "Jl. Veteran", LINK, "14 hari kerja"):
        assert said in text
    assert "https://www.google.com/maps/search/?api=1&query=-7.828,112.01" in text


@pytest.mark.parametrize("service_code", KEDIRI.services)
@pytest.mark.parametrize("urgent", [True, False])
def test_an_sms_fits_into_one_part_whatever_the_report(service_code: str, urgent: bool) -> None:
    sms = notice_of(a_dispatched_request(service_code=service_code, urgent=urgent)).sms

    assert len(sms) <= MAX_SMS
    assert set(sms) <= GSM
    assert LINK in sms


@pytest.mark.parametrize("service_code", KEDIRI.services)
def test_a_subject_is_short_plain_text(service_code: str) -> None:
    subject = notice_of(a_dispatched_request(service_code=service_code, urgent=True)).subject

    assert subject.startswith("DARURAT")
    assert subject.isascii()
    assert len(subject) <= MAX_SUBJECT


def test_a_reopened_report_says_what_was_not_solved() -> None:
    text = notice_of(a_dispatched_request(reopened=1, reason="masih gelap")).text

    assert "belum beres. masih gelap" in text
    assert "PERHATIAN" not in notice_of(a_dispatched_request()).text
