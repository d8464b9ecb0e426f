"""Presentation of sentences on the site."""

from benchmark.tracks.base.page import Metric, Page
from benchmark.tracks.text import ORDERS

PAGE = Page(
    title="Text",
    samples="sentences",
    unit="sentences",
    form="sentences",
    headline_metrics=("jaccard_distance", "fed", "nll_oracle", "valid", "nll_gen"),
    metrics={
        "jaccard_distance": Metric("MS-Jaccard distance"),
        "fed": Metric("FED", 4),
        "nll_oracle": Metric("NLL-oracle", part=None),
        "valid": Metric("Valid", part=None),
        "nll_gen": Metric("NLL-gen", part="test"),
        **{f"bleu_{n}": Metric(f"BLEU-{n}") for n in ORDERS},
        **{f"self_bleu_{n}": Metric(f"Self-BLEU-{n}", part=None) for n in ORDERS},
        "novelty": Metric("Novelty"),
        "uniqueness": Metric("Uniqueness", part=None),
        "length_distance": Metric("Distance of lengths"),
    },
    shared="the first sentences, from the same random numbers",
)
