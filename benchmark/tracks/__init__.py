"""What the samples of each board are scored by.

A track is a module with a `Scorer(dataset, settings)`, whether higher is better for each metric
(HIGHER_IS_BETTER), the metric by which its boards are sorted (HEADLINE) and the one that is shown
over training (CURVE).
"""

from benchmark.tracks import images, toy

TRACKS = {"images": images, "toy": toy}
HIGHER_IS_BETTER = images.HIGHER_IS_BETTER | toy.HIGHER_IS_BETTER
