"""Presentation of a track on the site."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from benchmark.tracks.base.modules import find_module
from benchmark.tracks.base.scorer import UNAVERAGED

if TYPE_CHECKING:
    from benchmark.tracks.base.track import Track

REFERENCES = {
    "held_out": "Real data that no model saw in training: a model that generalises scores no"
    " better.",
    "memoriser": "Training samples, returned unchanged: near-perfect scores without generating"
    " anything new.",
    "noise": "Every pixel, coordinate or token drawn uniformly: samples without training.",
}


# real samples that a score compares with; None: it needs none. In place of ``train`` a data set may
# have a part ``reference``, but not where only the samples that variants learn from count
Reference = Literal["train", "train only", "test", "train and test", "drawn"] | None
# descriptions of rows that differ where variants learn from a subset of a data set
SUBSET_REFERENCES = {
    "memoriser": "The training samples, repeated: a generator that copies what it learns from"
    " scores the same.",
}


class Metric(NamedTuple):
    """The title and the decimals of a metric, and the part of the data that it compares with."""

    title: str
    digits: int = 3
    part: Reference = "train"


@dataclass(frozen=True)
class Page:
    """Presentation of a track on the site; the defaults suit any track.

    Longer prose is in site/templates/tracks/<name>/: measured.md, caution.md.

    Attributes:
        title: of the track, in headings.
        samples: names its samples within a sentence.
        unit: names what samples_seen counts, in the plural.
        form: a ``picture`` is shown unchanged, a sheet of ``images`` is cut and enlarged, ``clips``
            are animated, ``sentences`` are text.
        condition: the input of a generator besides noise; None without.
        headline_metrics: columns of its leaderboards, in order; a second table has the others.
        label_metrics: further columns where samples are conditioned on labels.
        subset_metrics: columns beside the first where variants learn from a subset of a data set.
        metrics: titles and decimals, in the order of columns; other metrics have no title.
        references: a description of each reference row, in a sentence.
        truth_references: descriptions for data sets with the ground truth of each sample.
        shared: what the samples of all variants on Compare have in common.
        column: what the rows of a column have in common in the picture over training.
        slider: the name of the inputs, which a slider compares with the outputs.
        facets: groups of site/facets.yaml by which its leaderboards can be filtered.
        has_films: whether a film shows the training of each run.
        has_log_curve: whether the curve over training has a logarithmic axis.
    """

    title: str
    samples: str = "samples"
    unit: str = "samples"
    form: Literal["picture", "images", "clips", "sentences"] = "picture"
    condition: Literal["images", "captions"] | None = None
    headline_metrics: tuple[str, ...] = ()
    label_metrics: tuple[str, ...] = ()
    subset_metrics: tuple[str, ...] = ()
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    references: Mapping[str, str] = field(default_factory=lambda: REFERENCES)
    truth_references: Mapping[str, str] = field(default_factory=dict)
    shared: str = "the first samples, from the same random numbers"
    column: str = "the same noise each time"
    slider: str | None = None
    facets: tuple[str, ...] = ("loss", "architecture")
    has_films: bool = False
    has_log_curve: bool = True

    def metric(self, name: str) -> Metric:
        """Look up the title and the decimals of a metric."""
        if name.startswith(UNAVERAGED):
            averaged = self.metric(name.removeprefix(UNAVERAGED))
            return averaged._replace(title=f"{averaged.title}, unaveraged weights")
        return self.metrics.get(name, Metric(name))

    def explain_references(self, *, has_truth: bool, is_subset: bool) -> dict[str, str]:
        """Describe each reference row in a sentence.

        Args:
            has_truth: whether the data set has the ground truth of each sample.
            is_subset: whether variants learn from a subset of a data set.
        """
        truth = self.truth_references if has_truth else {}
        return {**self.references, **truth, **(SUBSET_REFERENCES if is_subset else {})}


def load_page(track: "Track") -> Page:
    """Load the page of a track, else that of the track it derives from, else a generic one."""
    module = find_module(track, "page")
    return module.PAGE if module else Page(title=track.name.replace("_", " ").capitalize())
