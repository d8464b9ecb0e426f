"""The diagnosis of a training run: one verdict, the numbers it rests on, and when it set in.

A rule speaks of how a run *ended*: what a run has recovered from is no illness. Curves are averaged
over a tenth of the run before they are held against a threshold. Rules are asked in the order of
``RULES``, causes before what follows from them, and the first that holds is the verdict:

1. diverged: whatever else the numbers say, they no longer mean it;
2. vanishing generator gradient: a generator that is not taught looks collapsed too;
3. discriminator overfitting: what it teaches is the training images, which may end in a collapse;
4. mode collapse: the two players may then chase each other over the modes;
5. oscillation.

Where no player judges images (a VAE), rules 2, 3 and 5 say nothing; where the loss of the judge may
be negative (a critic), rule 5 says nothing.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

WINDOW = 0.1  # share of a run over which curves are averaged

# Ours: a logit of 18 is already a probability that float32 cannot tell from 1, and 1000 is more
# than a 1-Lipschitz critic can put between two images of 256x256x3 in [-1, 1], at most 887 apart.
LIMIT = 1000.0

# Arjovsky and Bottou 2017, arXiv:1701.04862, figure 2: as the discriminator nears its optimum, the
# generator's gradient falls by up to five orders of magnitude. Three are taken for vanished. It is
# measured in units of the gap between the judge's scores, with which both losses scale.
VANISHED = 1e-3

# Karras et al. 2020, arXiv:2006.06676, section 3: r_t, the mean sign of the judge on training
# images, is kept at 0.6, which is an accuracy of 0.8, also the upper end of the 0.6 to 0.8 that
# tutorials call good. Here it is the mean of that on training images and that on samples, lest a
# judge that takes all for real be accused. r_v, the share of the gap between training images and
# samples that is missing on held-out images, is 0 without overfitting and 1 if it is complete; half
# is ours.
ACCURACY = 0.8
OVERFITTED = 0.5

# Ours: samples less than half as far apart as real images are (root mean square, in the space of
# features), or as far from the data's classes as drawing half of them evenly, ln 2 nats. Counting
# the classes that are drawn is from Metz et al. 2017, arXiv:1611.02163.
DIVERSITY = 0.5
DIVERGENCE = math.log(2)

# That players undo each other's progress in turns: Goodfellow 2016, arXiv:1701.00160, section 5.1,
# and Mescheder et al. 2018, arXiv:1801.04406. The figures are ours: in the second half of the run
# the judge's loss turns so often, each time after it has changed by so much. What is below a share
# of its largest value counts as that share, since the noise of a small loss is large beside it.
TURNS = 4
SWING = 2.0
FLOOR = 0.1


@dataclass(frozen=True)
class Verdict:
    """What became of a run.

    Attributes:
        name: ``healthy``, or what ails it.
        reason: one sentence with the numbers.
        samples_seen: real samples seen when it set in; None if healthy.
    """

    name: str
    reason: str
    samples_seen: int | None


class Record:
    """The curves of a run, ready for the rules.

    Args:
        status: ``ok``, or ``diverged`` if a loss was no longer finite.
        losses: columns ``samples_seen``, ``player``, ``term``, ``value``.
        health: columns ``samples_seen``, ``player``, ``quantity``, ``value``.
        trajectory: columns ``samples_seen``, ``diversity``, where the data have classes ``modes`` and
            ``label_divergence``, and of text ``distinct``.
    """

    def __init__(
        self, status: str, losses: pd.DataFrame, health: pd.DataFrame, trajectory: pd.DataFrame
    ) -> None:
        self.status, self.losses = status, losses
        self.trajectory = trajectory.set_index("samples_seen")
        self.curves = health.pivot(
            index="samples_seen", columns=["player", "quantity"], values="value"
        )
        self.smooth = smooth(self.curves)
        self.judged = "judge" in set(health["player"])

    def loss_of_judge(self) -> pd.Series:
        """The sum of the terms of the discriminator's or critic's loss, by images seen."""
        own = self.losses[self.losses["player"].isin(("discriminator", "critic"))]
        return own.groupby("samples_seen")["value"].sum()

    def gap(self, curves: pd.DataFrame) -> pd.Series:
        """How much higher the judge scores training images than samples, by images seen."""
        return curves["judge", "score_train"] - curves["judge", "score_generated"]


def smooth(curves: pd.DataFrame) -> pd.DataFrame:
    """Means over the moments of the ``WINDOW`` before each; fewer at the start of the run."""
    return curves.rolling(max(1, math.ceil(WINDOW * len(curves))), min_periods=1).mean()


def since(ill: pd.Series) -> int | None:
    """The first of the moments that are ill without a break to the end; None if the end is not."""
    if ill.empty or not ill.iloc[-1]:
        return None
    return int(ill[ill[::-1].cummin()[::-1]].index[0])


def diverged(record: Record) -> Verdict | None:
    """A loss is no longer finite, or scores are beyond what can mean anything."""
    if record.status == "diverged":
        last = record.losses.iloc[-1]["samples_seen"] if len(record.losses) else 0
        return Verdict("diverged", "a loss is no longer finite", int(last))
    if not record.judged:
        return None
    size = pd.concat([record.loss_of_judge(), record.gap(record.curves)], axis=1).abs().max(axis=1)
    if (images := since(size > LIMIT)) is None:
        return None
    reason = (
        f"the judge's loss, or the gap between its scores of training images and samples, is"
        f" {size.iloc[-1]:.3g}; more than {LIMIT:g} means nothing"
    )
    return Verdict("diverged", reason, images)


def vanishing_gradient(record: Record) -> Verdict | None:
    """The generator's gradient is nothing beside the gap between the judge's scores."""
    if not record.judged or ("generator", "gradient_norm") not in record.smooth:
        return None
    norm, gap = record.smooth["generator", "gradient_norm"], record.gap(record.smooth)
    if (images := since(norm < VANISHED * gap)) is None:
        return None
    reason = (
        f"the generator's gradient has a norm of {norm.iloc[-1]:.2g} where the judge scores"
        f" training images {gap.iloc[-1]:.2g} above samples; less than {VANISHED:g} of that gap"
        " teaches nothing"
    )
    return Verdict("vanishing generator gradient", reason, images)


def overfitting(record: Record) -> Verdict | None:
    """The judge knows the training images by heart: it takes held-out ones for generated."""
    if not record.judged or ("judge", "score_held_out") not in record.smooth:
        return None
    judge = record.smooth["judge"]
    missing = (judge["score_train"] - judge["score_held_out"]) / record.gap(record.smooth)
    accuracy = (judge["accuracy_train"] + judge["accuracy_generated"]) / 2
    ill = (accuracy >= ACCURACY) & (missing >= OVERFITTED)
    if (images := since(ill)) is None:
        return None
    last = judge.iloc[-1]
    reason = (
        f"the judge takes {last['accuracy_train']:.0%} of training images for real,"
        f" {1 - last['accuracy_generated']:.0%} of samples, and {last['accuracy_held_out']:.0%} of"
        f" held-out images, which it scores lower than training images by"
        f" {missing.iloc[-1]:.2f} of the gap between these and samples"
    )
    return Verdict("discriminator overfitting", reason, images)


def mode_collapse(record: Record) -> Verdict | None:
    """Samples are much alike, or of few classes."""
    if record.trajectory.empty:
        return None
    ill = record.trajectory["diversity"] < DIVERSITY
    if counted := "distinct" in record.trajectory:
        ill |= record.trajectory["distinct"] < DIVERSITY
    if classes := "label_divergence" in record.trajectory:
        ill |= record.trajectory["label_divergence"] >= DIVERGENCE
    if (images := since(ill)) is None:
        return None
    last = record.trajectory.iloc[-1]
    reason = f"two samples are {last['diversity']:.2f} times as far apart as two real images"
    if counted:
        reason += f", and have {last['distinct']:.2f} times as many different n-grams"
    if classes:
        reason += (
            f", and are of {last['modes']:.0f} classes whose shares are"
            f" {last['label_divergence']:.2f} nats from the data's"
        )
    return Verdict("mode collapse", reason, images)


def oscillation(record: Record) -> Verdict | None:
    """The players overpower each other in turns."""
    loss = record.loss_of_judge()
    if not record.judged or (loss <= 0).any():
        return None
    found = turns(loss.clip(lower=FLOOR * loss.max()), by=SWING)
    late = [images for images in found if images > loss.index[-1] / 2]
    if len(late) < TURNS:
        return None
    reason = (
        f"in the second half of the run the judge's loss turned {len(late)} times, each time after"
        f" a change by a factor of {SWING:g} or more"
    )
    return Verdict("oscillation", reason, found[0])


def turns(curve: pd.Series, *, by: float) -> list[int]:
    """The moments at which it shows that a positive curve has turned: ``by`` times off its peak.

    Each is where the curve has come back from a peak, or up from a trough, by that factor; the
    first change of that size is none, as there was no direction to turn from.
    """
    found: list[int] = []
    rising: bool | None = None
    low = high = curve.iloc[0] if len(curve) else 1.0
    for images, value in curve.items():
        low, high = min(low, value), max(high, value)
        if rising is not True and value >= by * low:
            found += [int(images)] if rising is False else []  # type: ignore[call-overload]
            rising, high = True, value
        elif rising is not False and value * by <= high:
            found += [int(images)] if rising is True else []  # type: ignore[call-overload]
            rising, low = False, value
    return found


RULES: tuple[Callable[[Record], Verdict | None], ...] = (
    diverged,
    vanishing_gradient,
    overfitting,
    mode_collapse,
    oscillation,
)


def diagnose(
    status: str, losses: pd.DataFrame, health: pd.DataFrame, trajectory: pd.DataFrame
) -> Verdict:
    """The first rule that holds, or ``healthy``; see `Record` for the arguments."""
    record = Record(status, losses, health, trajectory)
    for rule in RULES:
        if verdict := rule(record):
            return verdict
    if not record.judged:
        return Verdict("healthy", "no player judges images, and no other rule speaks", None)
    shares = record.smooth["judge"].iloc[-1]
    known = {
        "training images": "accuracy_train",
        "held-out images": "accuracy_held_out",
        "samples": "accuracy_generated",
    }
    told = ", ".join(f"{shares[key]:.0%} of {what}" for what, key in known.items() if key in shares)
    return Verdict("healthy", f"the judge takes for what they are {told}", None)
