"""Barcodes that have lost the zeros in front: told where the check digits show it."""

import pytest
from transformed import orders, run

EANS = ["4006381333931", "5901234123457", "8711253001202"]
CUT = ["12345678905", "49634060004", "72030001104"]


def told(codes: list[str]) -> list[str]:
    rows = (f"{code},1,5.00" for code in codes)
    choices = run(orders(*rows, header="ean,quantity,price")).result.choices
    return [choice.evidence for choice in choices if choice.name == "texts"]


def test_codes_that_lack_their_zeros_are_told() -> None:
    [evidence] = told([*EANS, *CUT])
    assert evidence.startswith(f"'{CUT[0]}', in 3 of the first 6 rows")
    assert evidence.endswith(f"such as 0{CUT[0]}")


@pytest.mark.parametrize(
    "codes",
    [
        EANS,
        [*EANS, *(f"0{code}" for code in CUT)],  # of 12 digits, as they should be
        [*EANS, *CUT[:2]],  # may be chance
        [*EANS, *CUT, "12345678901"],  # its last digit does not check it
        [*EANS, *CUT, "MUG"],
        CUT,
    ],
)
def test_codes_of_which_nothing_shows_it_are_not_told(codes: list[str]) -> None:
    assert not told(codes)
