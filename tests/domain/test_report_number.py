from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aduan import report_number

numbers = st.integers().map(lambda seed: report_number.new(Random(seed)))


@given(numbers)
def test_a_number_has_twelve_digits_and_proves_itself(number: str) -> None:
    assert len(number) == 12
    assert report_number.is_valid(number)


@given(numbers, st.integers(0, 11), st.integers(1, 9))
def test_one_digit_misheard_is_noticed(number: str, place: int, off: int) -> None:
    wrong = str((int(number[place]) + off) % 10)

    assert not report_number.is_valid(number[:place] + wrong + number[place + 1 :])


@given(numbers, st.integers(0, 10))
def test_two_neighbours_swapped_are_noticed(number: str, place: int) -> None:
    first, second = number[place], number[place + 1]
    swapped = number[:place] + second + first + number[place + 2 :]

    assert first == second or not report_number.is_valid(swapped)


@pytest.mark.parametrize(
    "text", ["cek 1234-5678-9018", "cek 1234 5678 9018 ya", "123456789018", "no 1234.5678.9018."]
)
def test_a_number_is_found_however_it_is_typed(text: str) -> None:
    assert report_number.find(text) == "123456789018"


@pytest.mark.parametrize("text", ["halo", "hp 0811-0000-4420", "3571000000000412", "tahun 2026"])
def test_other_numbers_are_not_report_numbers(text: str) -> None:
    assert report_number.find(text) is None


def test_a_number_never_looks_like_a_phone_number() -> None:
    drawn = {report_number.new(Random(seed))[0] for seed in range(200)}

    assert drawn <= set("12345")


def test_numbers_are_drawn_from_the_systems_randomness() -> None:
    assert len({report_number.new() for _ in range(1000)}) == 1000
