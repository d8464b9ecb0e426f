"""Diagnose a training run: one verdict, its reason and its onset.

A rule describes the end of a run: failures from which a run has recovered do not count. Curves are
averaged over a tenth of the run before they are compared with a threshold. Rules apply in the order
of ``RULES``, causes before their consequences; the first that holds is the verdict:

1. diverged: all other numbers are then meaningless;
2. vanishing generator gradient: an untrained generator looks collapsed too;
3. discriminator overfitting: the generator then learns the training images, and may collapse;
4. mode collapse: the players may then cycle over the modes;
5. oscillation.

Rules 2, 3 and 5 do not apply without a discriminator (a VAE), and rule 5 does not apply where the
discriminator's loss may be negative (a critic). "Discriminator" includes critics below.

Curves do not tell how much a run has learnt: see `benchmark.reporting.health`, which knows the
reference rows and changes ``healthy`` to ``not trained`` where the score is near that of noise.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

WINDOW = 0.1  # share of a run over which curves are averaged

# Ours: a logit of 18 is already a probability that float32 cannot distinguish from 1, and 1000
# is more than the difference of a 1-Lipschitz critic between images of 256x256x3 in [-1, 1]: at
# most 887, their largest distance.
LIMIT = 1000.0

# Arjovsky and Bottou 2017, arXiv:1701.04862, figure 2: as the discriminator nears its optimum, the
# generator's gradient falls by up to five orders of magnitude; three count as vanished. It is
# measured in units of the gap between the discriminator's scores, with which both losses scale.
VANISHED = 1e-3

# Karras et al. 2020, arXiv:2006.06676, section 3: r_t, the mean sign of the discriminator on
# training images, is kept at 0.6, which is an accuracy of 0.8, also the upper end of the 0.6 to 0.8
# that tutorials call good. Here it is the mean accuracy on training images and on samples, which
# excludes a discriminator that classifies everything as real. r_v, the share of the gap between
# training images and samples that is missing on held-out images, is 0 without overfitting and 1
# with complete overfitting; the threshold of one half is ours.
ACCURACY = 0.8
OVERFITTED = 0.5

# Ours: samples less than half as far apart as real images are (root mean square, in the space of
# features), or as far from the data's classes as drawing half of them evenly, ln 2 nats. Counting
# the classes that are drawn is from Metz et al. 2017, arXiv:1611.02163.
DIVERSITY = 0.5
DIVERGENCE = math.log(2)

# Players undo each other's progress in turns: Goodfellow 2016, arXiv:1701.00160, section 5.1, and
# Mescheder et al. 2018, arXiv:1801.04406. The thresholds are ours: the number of turns of the
# discriminator's loss in the second half of the run, and the factor of change before each. Losses
# below a share of the largest one are clipped to it, because small losses have large relative
# noise.
TURNS = 4
SWING = 2.0
FLOOR = 0.1


@dataclass(frozen=True)
class Verdict:
    """The diagnosis of a run.

    Attributes:
        name: ``healthy`` or the failure.
        reason: one sentence with the numbers.
        samples_seen: real samples seen at the onset; None if healthy.
    """

    name: str
    reason: str
    samples_seen: int | None


class RunCurves:
    """The curves of a run, prepared for the rules.

    Args:
        status: ``ok``, or ``diverged`` if a loss was no longer finite.
        losses: columns ``samples_seen``, ``player``, ``term``, ``value``.
        health: columns ``samples_seen``, ``player``, ``quantity``, ``value``.
        trajectory: column ``samples_seen`` and metrics; the rules use those of ``diversity``,
            ``distinct`` (of text), ``modes`` and ``label_divergence`` (of classes) that it has.
    """

    def __init__(
        self, status: str, losses: pd.DataFrame, health: pd.DataFrame, trajectory: pd.DataFrame
    ) -> None:
        self.status, self.losses = status, losses
        self.trajectory = trajectory.set_index("samples_seen")
        self.curves = health.pivot(
            index="samples_seen", columns=["player", "quantity"], values="value"
        )
        self.smooth = smooth_curves(self.curves)
        self.has_scores = "discriminator_score" in set(health["player"])

    def discriminator_loss(self) -> pd.Series:
        """Sum the terms of the discriminator's or critic's loss, by samples seen."""
        losses = self.losses[self.losses["player"].isin(("discriminator", "critic"))]
        return losses.groupby("samples_seen")["value"].sum()

    def score_gap(self, curves: pd.DataFrame) -> pd.Series:
        """Compute the mean score of training images minus that of samples, by samples seen."""
        return (
            curves["discriminator_score", "score_train"]
            - curves["discriminator_score", "score_generated"]
        )


def smooth_curves(curves: pd.DataFrame) -> pd.DataFrame:
    """Average curves over the preceding ``WINDOW`` of the run, less at its start."""
    return curves.rolling(max(1, math.ceil(WINDOW * len(curves))), min_periods=1).mean()


def find_onset(holds: pd.Series) -> int | None:
    """Find the first moment from which a condition holds to the end; None if it does not."""
    if holds.empty or not holds.iloc[-1]:
        return None
    return int(holds[holds[::-1].cummin()[::-1]].index[0])


def check_divergence(run: RunCurves) -> Verdict | None:
    """Check for losses that are not finite, and for losses or score gaps above `LIMIT`."""
    if run.status == "diverged":
        last = run.losses.iloc[-1]["samples_seen"] if len(run.losses) else 0
        return Verdict("diverged", "a loss is no longer finite", int(last))
    if not run.has_scores:
        return None
    size = (
        pd.concat([run.discriminator_loss(), run.score_gap(run.curves)], axis=1).abs().max(axis=1)
    )
    if (samples_seen := find_onset(size > LIMIT)) is None:
        return None
    reason = (
        f"the discriminator's loss, or the gap between its scores of training images and samples,"
        f" is {size.iloc[-1]:.3g}; values above {LIMIT:g} are meaningless"
    )
    return Verdict("diverged", reason, samples_seen)


def check_vanishing_gradient(run: RunCurves) -> Verdict | None:
    """Check for a generator gradient that is negligible relative to the score gap."""
    if not run.has_scores or ("generator", "gradient_norm") not in run.smooth:
        return None
    norm, gap = run.smooth["generator", "gradient_norm"], run.score_gap(run.smooth)
    if (samples_seen := find_onset(norm < VANISHED * gap)) is None:
        return None
    reason = (
        f"the generator's gradient has a norm of {norm.iloc[-1]:.2g} where the discriminator"
        f" scores training images {gap.iloc[-1]:.2g} above samples; the gradient has vanished below"
        f" {VANISHED:g} of that gap"
    )
    return Verdict("vanishing generator gradient", reason, samples_seen)


def check_overfitting(run: RunCurves) -> Verdict | None:
    """Check for a discriminator that classifies held-out images as generated."""
    if not run.has_scores or ("discriminator_score", "score_held_out") not in run.smooth:
        return None
    scores = run.smooth["discriminator_score"]
    missing = (scores["score_train"] - scores["score_held_out"]) / run.score_gap(run.smooth)
    accuracy = (scores["accuracy_train"] + scores["accuracy_generated"]) / 2
    holds = (accuracy >= ACCURACY) & (missing >= OVERFITTED)
    if (samples_seen := find_onset(holds)) is None:
        return None
    last = scores.iloc[-1]
    reason = (
        f"the discriminator classifies as real {last['accuracy_train']:.0%} of training images,"
        f" {1 - last['accuracy_generated']:.0%} of samples and {last['accuracy_held_out']:.0%} of"
        f" held-out images, which score below training images by {missing.iloc[-1]:.2f} of the gap"
        " between these and samples"
    )
    return Verdict("discriminator overfitting", reason, samples_seen)


def check_mode_collapse(run: RunCurves) -> Verdict | None:
    """Check for samples that are too similar or cover too few classes.

    Each part is skipped where the trajectory lacks its metric.
    """
    if run.trajectory.empty:
        return None
    holds = pd.Series(False, index=run.trajectory.index)
    parts = []
    last = run.trajectory.iloc[-1]
    if "diversity" in run.trajectory:
        holds |= run.trajectory["diversity"] < DIVERSITY
        parts.append(f"are {last['diversity']:.2f} times as far apart as two real images")
    if "distinct" in run.trajectory:
        holds |= run.trajectory["distinct"] < DIVERSITY
        parts.append(f"have {last['distinct']:.2f} times as many different n-grams")
    if "label_divergence" in run.trajectory:
        holds |= run.trajectory["label_divergence"] >= DIVERGENCE
        classes = f"{last['modes']:.0f} classes" if "modes" in run.trajectory else "classes"
        parts.append(
            f"are of {classes} whose shares are {last['label_divergence']:.2f} nats from the data's"
        )
    if (samples_seen := find_onset(holds)) is None:
        return None
    return Verdict("mode collapse", f"two samples {', and '.join(parts)}", samples_seen)


def check_oscillation(run: RunCurves) -> Verdict | None:
    """Check for a discriminator loss that keeps turning by a large factor."""
    loss = run.discriminator_loss()
    if not run.has_scores or (loss <= 0).any():
        return None
    moments = find_turns(loss.clip(lower=FLOOR * loss.max()), by=SWING)
    late = [samples_seen for samples_seen in moments if samples_seen > loss.index[-1] / 2]
    if len(late) < TURNS:
        return None
    reason = (
        f"in the second half of the run the discriminator's loss turned {len(late)} times, each"
        f" time after a change by a factor of {SWING:g} or more"
    )
    return Verdict("oscillation", reason, late[0])


def find_turns(curve: pd.Series, *, by: float) -> list[int]:
    """Find the moments at which a positive curve has turned by a factor of ``by``.

    At each of them the curve has fallen from a peak, or risen from a trough, by that factor. The
    first change of that size is no turn, because it has no previous direction.
    """
    moments: list[int] = []
    rising: bool | None = None
    low = high = curve.iloc[0] if len(curve) else 1.0
    for samples_seen, value in curve.items():
        low, high = min(low, value), max(high, value)
        if rising is not True and value >= by * low:
            moments += [int(samples_seen)] if rising is False else []  # type: ignore[call-overload]
            rising, high = True, value
        elif rising is not False and value * by <= high:
            moments += [int(samples_seen)] if rising is True else []  # type: ignore[call-overload]
            rising, low = False, value
    return moments


RULES: tuple[Callable[[RunCurves], Verdict | None], ...] = (
    check_divergence,
    check_vanishing_gradient,
    check_overfitting,
    check_mode_collapse,
    check_oscillation,
)


def diagnose(
    status: str, losses: pd.DataFrame, health: pd.DataFrame, trajectory: pd.DataFrame
) -> Verdict:
    """Apply the rules and return the first that holds, or ``healthy``; see `RunCurves`."""
    run = RunCurves(status, losses, health, trajectory)
    for rule in RULES:
        if verdict := rule(run):
            return verdict
    if not run.has_scores:
        return Verdict("healthy", "the variant has no discriminator, and no other rule holds", None)
    shares = run.smooth["discriminator_score"].iloc[-1]
    quantities = {
        "training images": "accuracy_train",
        "held-out images": "accuracy_held_out",
        "samples": "accuracy_generated",
    }
    text = ", ".join(
        f"{shares[key]:.0%} of {name}" for name, key in quantities.items() if key in shares
    )
    return Verdict("healthy", f"the discriminator classifies correctly {text}", None)
