"""What the samples of each track are scored by.

A track is a module with a `Scorer(dataset, settings)`, whether higher is better for each metric
(HIGHER_IS_BETTER), the metric by which its tracks are sorted (HEADLINE) and the one that is shown
over training (CURVE). One whose readers can play with what came out has `play(variant, run)`,
which writes that beside the run's other samples.
"""

from benchmark.tracks import (
    domains,
    images,
    multimodal,
    superresolution,
    text,
    text_to_image,
    toy,
    translation,
    video,
)

TRACKS = {
    "images": images,
    "toy": toy,
    "translation": translation,
    "multimodal": multimodal,
    "domains": domains,
    "superresolution": superresolution,
    "text_to_image": text_to_image,
    "video": video,
    "text": text,
}
FEATURELESS = ("toy",)  # tracks whose samples are embedded by no network
HIGHER_IS_BETTER = {
    metric: better for track in TRACKS.values() for metric, better in track.HIGHER_IS_BETTER.items()
}
