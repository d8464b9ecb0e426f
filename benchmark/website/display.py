"""Numbers as readers see them: as text, on an axis, and the best of a column."""

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from benchmark import tracks
from benchmark.tracks.base.page import Metric

HUGE = 1e12  # from which on numbers have an exponent
SMALLEST_P = 0.001  # that is printed
KIND_LABELS = {"architecture": "own architecture"}
LOG_RATIO = 20  # between the ends of an axis, from which it is logarithmic


class MetricTitles(dict[str, Metric]):
    """Titles and decimals by metric; a metric without a title is shown by its name."""

    def __missing__(self, name: str) -> Metric:
        return Metric(name)


def metric_titles() -> MetricTitles:
    """Collect titles and decimals of the metrics of all tracks."""
    titles = MetricTitles()
    for name in tracks.names():
        track, page = tracks.load(name), tracks.load(name).page()
        unaveraged = track.unaveraged_headline
        titles |= {**page.metrics, unaveraged: page.metric(unaveraged), **titles}
    return titles


@dataclass(frozen=True)
class Scale:
    """The axis that the intervals of a column share, in per cent of its width."""

    low: float
    high: float
    log: bool

    @classmethod
    def over(cls, values: pd.Series) -> "Scale":
        """Span the finite values; logarithmic where the ends are a factor of 20 apart."""
        finite = [value for value in values.astype(float) if math.isfinite(value)] or [0.0, 1.0]
        low, high = min(finite), max(finite)
        log = low > 0 and high / low > LOG_RATIO
        return cls(low, high if high > low else low + 1, log)

    def __call__(self, value: float) -> float | None:
        """Place a value, 0 to 100; None if it is not a number or lies outside."""
        if not math.isfinite(value) or not self.low <= value <= self.high:
            return None
        return self._place(value)

    def clip(self, value: float) -> float | None:
        """Place a value, at the nearer end if it lies outside; None if it is not a number."""
        if not math.isfinite(value):
            return None
        return self._place(min(max(value, self.low), self.high))

    def _place(self, value: float) -> float:
        low, high, value = (
            (math.log(number) for number in (self.low, self.high, value))
            if self.log
            else (self.low, self.high, value)
        )
        return round(100 * (value - low) / (high - low), 1)


def number(value: Any, digits: int = 0) -> str:
    """Format a number: thousands set apart, an exponent if huge, a dash if missing."""
    if value is None or pd.isna(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if abs(value) >= HUGE:
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa}e{int(exponent)}".replace("-", "−")
    return f"{value:,.{digits}f}".replace("-", "−").replace(",", "\u202f")


def p_value(value: Any, sign: str = "") -> str:
    """Format a p-value with three decimals; a smaller one as "< 0.001".

    Args:
        value: the p-value.
        sign: before the number, such as ``=``.
    """
    if not pd.isna(value) and value < SMALLEST_P:
        return f"< {SMALLEST_P}"
    return f"{sign} {number(value, 3)}".lstrip()


def label_kind(kind: str) -> str:
    """Name the kind of a row, as readers see it."""
    return KIND_LABELS.get(kind, kind)


def breakable(name: str) -> Markup:
    """Let a long name break after its underscores."""
    return Markup(str(escape(name)).replace("_", "_<wbr>"))


def find_best(rows: list[dict[str, Any]], column: str, higher: bool | None) -> list[str]:
    """Find the variants with the best value of a column; none if all values are equal."""
    scored = [row for row in rows if not pd.isna(row[column])]
    if higher is None or len({row[column] for row in scored}) < 2:
        return []
    top = (max if higher else min)(row[column] for row in scored)
    return [row["variant"] for row in scored if row[column] == top]
