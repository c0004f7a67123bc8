import pytest

from aduan.privacy import HIDDEN, mask
from aduan.report_number import spoken
from tests.builders import NUMBER


@pytest.mark.parametrize(
    "personal",
    [
        "0811-0000-4420",
        "081100004420",
        "0811/0000/4420",
        "0811_0000_4420",
        "0811,0000,4420",
        "+62 811 0000 4420",
        "6281100004420",
        "81100004420",
        "(0354) 681100",
        "3571000000000412",
        "3571 0000 0000 0412",
        "siti@contoh.id",
    ],
)
def test_numbers_and_addresses_of_people_are_hidden(personal: str) -> None:
    hidden = mask(f"lampu mati, hubungi {personal} ya")

    assert HIDDEN in hidden
    assert not any(part in hidden for part in ("4420", "0412", "681100", "contoh"))


@pytest.mark.parametrize(
    "text",
    [
        "Jl. Veteran no 12 RT 03 RW 02",
        "sejak 24-11-2026 jam 18.30",
        "sejak 01-11-2026",
        "sejak 01/11/2026 pukul 08.00-16.00",
        "buka 08.00 - 16.00",
        "rumah no 05, 06, 07 dan 08",
        f"sama dengan laporan {spoken(NUMBER)}",
        "nomor tiang 118",
    ],
)
def test_everything_else_stays(text: str) -> None:
    assert mask(text) == text
