"""Judge how metrics react to known damage, from a table of the stage `sensitivity`.

The rule compares the mean m_l of a metric over the draws at level l with that at level 0, where s_l
is the standard deviation over n draws, and s_0 at least 1 % of m_0. A change is clear if it is more
than 2 s_0 and more than 4 s_l / sqrt(n), the standard error of m_l.

- A metric gets worse if it is clearly worse at the highest level.
- It gets better if it is clearly better at any level; if it gets worse too, it goes both ways.

Whether that is right depends on what the metric is said to measure, see ``EXPECTED``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

# of a table of the stage, before the metrics
COLUMNS = ("damage", "level", "draw", "samples", "distinct", "real")
# a clear change is larger than so many ...
SPREADS = 2.0  # standard deviations over draws at level 0
ERRORS = 4.0  # standard errors of the mean
SMALLEST_SPREAD = 0.01  # share of the mean at level 0: some metrics equal their bound in all draws

Verdict = Literal["worse", "better", "both", "same"]
Expected = Literal["worse", "same"]

GROUPS = {
    "distance": ("fid", "kid", "mmd", "random_fid"),
    "likelihood": ("fld",),
    "classifier": ("is",),
    "quality": (
        *("precision", "density", "clipped_density", "class_accuracy"),
        *("random_precision", "random_density"),
    ),
    "coverage": ("recall", "coverage", "clipped_coverage", "random_recall", "random_coverage"),
    "variety": ("vendi", "diversity"),
    "classes": ("modes", "label_divergence"),
    "novelty": ("authenticity", "nearest_ratio"),
}
# group -> damage -> what should happen; nothing is claimed of a damage that is left out
_VISIBLE: dict[str, Expected] = dict.fromkeys(("blur", "noise", "outliers"), "worse")
EXPECTED: dict[str, dict[str, Expected]] = {
    "distance": {
        **_VISIBLE,
        "dropped_classes": "worse",
        "copies": "same",
        "repeats": "worse",
        "fewer_samples": "same",
    },
    "likelihood": {
        **_VISIBLE,
        "dropped_classes": "worse",
        "copies": "worse",
        "repeats": "worse",
        "fewer_samples": "same",
    },
    "classifier": {
        **_VISIBLE,
        "dropped_classes": "worse",
        "copies": "same",
        "repeats": "worse",
        "fewer_samples": "same",
    },
    "quality": {
        **_VISIBLE,
        "dropped_classes": "same",
        "copies": "same",
        "repeats": "same",
        "fewer_samples": "same",
    },
    "coverage": {
        **_VISIBLE,
        "dropped_classes": "worse",
        "copies": "same",
        "repeats": "worse",
        "fewer_samples": "same",
    },
    "variety": {
        "dropped_classes": "worse",
        "copies": "same",
        "repeats": "worse",
        "fewer_samples": "same",
    },
    "classes": {"dropped_classes": "worse", "copies": "same", "fewer_samples": "same"},
    "novelty": {
        "dropped_classes": "same",
        "copies": "worse",
        "repeats": "same",
        "fewer_samples": "same",
    },
}
GROUP_OF = {metric: group for group, metrics in GROUPS.items() for metric in metrics}
# metrics that rank nothing on leaderboards, but that damage to what they measure lowers
LOWER_IS_WORSE = ("vendi", "diversity", "authenticity", "nearest_ratio")


@dataclass(frozen=True)
class Reaction:
    """The reaction of a metric to a damage.

    Attributes:
        metric, damage: names.
        expected: what should happen; None if nothing is claimed.
        verdict: what happens.
        start, end: means over draws at level 0 and at the highest level.
        spread: s_0 of the rule.
        level: the highest.
        onset: the level from which on the metric is clearly worse, if any.
        best_level, best: the level with the best mean, and this mean.
    """

    metric: str
    damage: str
    expected: Expected | None
    verdict: Verdict
    start: float
    end: float
    spread: float
    level: float
    onset: float | None
    best_level: float
    best: float

    @property
    def fails(self) -> bool:
        """Whether something else happens than should."""
        return self.expected is not None and self.verdict != self.expected


def judge(metric: str, damage: str, values: pd.DataFrame, *, higher_is_worse: bool) -> Reaction:
    """Judge the reaction of a metric to a damage.

    Args:
        metric, damage: names.
        values: columns ``level`` and ``value``, one row for each draw at each level, 0 included.
        higher_is_worse: the direction of the metric.
    """
    sign = 1 if higher_is_worse else -1
    worsening = values.assign(value=sign * values["value"])
    levels = worsening.groupby("level")["value"]
    change = levels.mean() - levels.mean().loc[0]
    spread = max(float(levels.std().loc[0]), SMALLEST_SPREAD * abs(float(levels.mean().loc[0])))
    size = (ERRORS * levels.std() / levels.count() ** 0.5).clip(lower=SPREADS * spread)
    is_worse, is_better = change > size, -change > size
    gets_better = bool(is_better.any())
    verdict: Verdict = "better" if gets_better else "same"
    if is_worse.iloc[-1]:
        verdict = "both" if gets_better else "worse"
    from_here_on = is_worse[::-1].cummin()[::-1]
    means = values.groupby("level")["value"].mean()
    best_level = change.idxmin()
    return Reaction(
        metric=metric,
        damage=damage,
        expected=EXPECTED.get(GROUP_OF.get(metric, ""), {}).get(damage),
        verdict=verdict,
        start=float(means.loc[0]),
        end=float(means.iloc[-1]),
        spread=spread,
        level=float(means.index[-1]),
        onset=float(from_here_on.idxmax()) if from_here_on.any() else None,
        best_level=float(best_level),
        best=float(means.loc[best_level]),
    )


def list_metrics(table: pd.DataFrame) -> list[str]:
    """List the metrics of a table, in the order of its columns."""
    return [column for column in table.columns if column not in COLUMNS]


def add_undamaged(table: pd.DataFrame, damage: str) -> pd.DataFrame:
    """Select the rows of a damage, with the undamaged sets as its level 0."""
    return table[table["damage"].isin(["none", damage])]


def judge_table(
    table: pd.DataFrame, higher_is_better: Mapping[str, bool | None]
) -> Iterator[Reaction]:
    """Judge the reaction of every metric to every damage.

    Args:
        table: columns ``COLUMNS`` and the metrics.
        higher_is_better: of metrics; those without a direction are judged if they are among
            ``LOWER_IS_WORSE``, and left out otherwise.
    """
    damages = [damage for damage in table["damage"].unique() if damage != "none"]
    for metric in list_metrics(table):
        higher = True if metric in LOWER_IS_WORSE else higher_is_better.get(metric)
        if higher is None:
            continue
        for damage in damages:
            rows = add_undamaged(table, damage)
            values = pd.DataFrame({"level": rows["level"], "value": rows[metric]})
            yield judge(metric, damage, values, higher_is_worse=not higher)
