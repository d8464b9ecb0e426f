"""How numbers are shown to readers."""

import pandas as pd
import pytest

from benchmark.website import display


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (1234.5, 1, "1\u202f234.5"),
        (float("nan"), 2, "–"),
        (-1.0, 0, "−1"),
        (float("inf"), 0, "∞"),
        (1.31e16, 2, "1.3e16"),
        (-2e12, 2, "−2.0e12"),
        (999_999_999_999, 0, "999\u202f999\u202f999\u202f999"),
    ],
)
def test_numbers_for_readers(value, digits, shown):
    assert display.number(value, digits) == shown


@pytest.mark.parametrize(
    ("value", "sign", "shown"),
    [
        (0.0004, "=", "< 0.001"),
        (0.0, "", "< 0.001"),
        (0.001, "=", "= 0.001"),
        (0.0114, "", "0.011"),
        (1.0, "=", "= 1.000"),
        (float("nan"), "", "–"),
    ],
)
def test_a_p_value_is_never_shown_as_zero(value, sign, shown):
    assert display.p_value(value, sign) == shown


def test_a_scale_is_logarithmic_only_where_it_must_be():
    narrow, wide = (
        display.Scale.over(pd.Series([1.0, 3.0])),
        display.Scale.over(pd.Series([1.0, 100.0])),
    )
    assert narrow(2.0) == 50 and wide(10.0) == 50
    assert narrow(4.0) is None and narrow(float("nan")) is None


def test_what_lies_outside_a_scale_is_cut_off_at_its_ends():
    scale = display.Scale(1.0, 3.0, log=False)
    places = [scale.clip(value) for value in (-9.0, 2.0, 9.0, float("nan"))]
    assert places == [0, 50, 100, None]
    assert display.Scale(1.0, 100.0, log=True).clip(-1.0) == 0
