"""How the site shows a track."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from benchmark.tracks.base.modules import find_module

if TYPE_CHECKING:
    from benchmark.tracks.base.track import Track

REFERENCES = {
    "held_out": "Real data that no model saw in training: the floor.",
    "memoriser": "Training data handed back: it scores as real data do, and is worth nothing.",
    "noise": "Every pixel, coordinate or token drawn evenly: the other end of the scale.",
}


class Metric(NamedTuple):
    """The title and the decimals of a metric."""

    title: str
    digits: int = 3


@dataclass(frozen=True)
class Page:
    """How the site shows a track; the defaults suit any track.

    Longer prose is in site/templates/tracks/<name>/: measured.md, caution.md.

    Attributes:
        title: of the track, in headings.
        samples: names its samples within a sentence.
        unit: names what samples_seen counts, in the plural.
        form: a ``picture`` is shown as it is, a sheet of ``images`` is cut and enlarged, ``clips``
            move, ``sentences`` are text.
        condition: names what a sample is made from besides noise.
        headline_metrics: columns of its leaderboards, in order; a second table has the others.
        metrics: titles and decimals, in the order of columns; others keep their names.
        references: explains each reference row in a sentence.
        truth_references: the same where a data set has the truth of each sample.
        shared: names what the samples of all variants have in common on Compare.
        column: names what a column of the picture over training keeps from row to row.
        slider: names the first row of its pictures where a slider wipes the second over it.
        facets: groups of site/facets.yaml that its leaderboards are filtered by.
        has_films: whether a film shows the training of each run.
        has_log_curve: whether the curve over training has a logarithmic axis.
    """

    title: str
    samples: str = "samples"
    unit: str = "samples"
    form: Literal["picture", "images", "clips", "sentences"] = "picture"
    condition: Literal["images", "captions"] | None = None
    headline_metrics: tuple[str, ...] = ()
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
        """Look up how a metric is shown."""
        return self.metrics.get(name, Metric(name))


def load_page(track: "Track") -> Page:
    """Load the page of a track, else that of the track it derives from, else a generic one."""
    module = find_module(track, "page")
    return module.PAGE if module else Page(title=track.name.replace("_", " ").capitalize())
