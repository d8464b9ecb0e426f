"""What every track is read against: `gan-benchmark references images digits`.

- held_out: the held-out real images, the floor of FID and the ceiling of recall;
- memoriser: training images handed back, as many and of the same classes as the held-out ones;
- noise: every pixel, coordinate or token drawn evenly, the other end of the scale;
- identity, where images are to be made from others: these, as they are;
- bicubic, where they are to be made from smaller ones: these, enlarged.

Further rows are those of `ROWS` in the module of a track, if it has any.

Written to references/digits/: metrics.json (row -> seed -> metric), something to look at of each
row, and evaluation.json.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmark import config
from benchmark.common import threads
from benchmark.common.messages import nearest, stop
from benchmark.common.provenance import provenance
from benchmark.common.seeds import stream
from benchmark.data.bicubic import resize_bicubic
from benchmark.data.splits import Split, load_condition, load_split
from benchmark.tracks import TRACKS
from benchmark.tracks.translation import in_channels

Rows = dict[str, Callable[[str, int], Split]]


def held_out(dataset: str, seed: int) -> Split:
    """All held-out images, in an order of the seed's; in their own if they belong to others."""
    images, labels = load_split(dataset, "test")
    if load_condition(dataset, "test") is not None:
        return images, labels
    order = np.random.default_rng(stream(seed, "held_out")).permutation(len(images))
    return images[order], labels[order]


def memoriser(dataset: str, seed: int) -> Split:
    """Different training images, of each class as many as were held out."""
    images, labels = load_split(dataset, "train")
    _, wanted = load_split(dataset, "test")
    order = np.random.default_rng(stream(seed, "memoriser")).permutation(len(images))
    counts = np.bincount(wanted)
    chosen = [order[labels[order] == label][:count] for label, count in enumerate(counts)]
    mixed = np.random.default_rng(seed).permutation(np.concatenate(chosen))
    return images[mixed], labels[mixed]


def noise(dataset: str, seed: int) -> Split:
    """Even noise, as many images as were held out, asked to be of the same classes.

    Of text, every token drawn evenly from those that training text has.
    """
    images, labels = load_split(dataset, "test")
    generator = np.random.default_rng(stream(seed, "noise"))
    if images.dtype == np.int64:
        tokens = np.unique(load_split(dataset, "train")[0])
        return generator.choice(tokens, size=images.shape), labels
    if images.dtype == np.uint8:
        return generator.integers(0, 256, size=images.shape, dtype=np.uint8), labels
    return generator.uniform(-1, 1, size=images.shape).astype(images.dtype), labels


def identity(dataset: str, seed: int) -> Split:
    """The images that others should have been made from."""
    images, labels = load_split(dataset, "test")
    condition = load_condition(dataset, "test")
    assert condition is not None  # or this row is not asked for
    # after the channels of an image come planes that say its domain
    return in_channels(condition[:, :3], images.shape[1]), labels


def bicubic(dataset: str, seed: int) -> Split:
    """The images that larger ones should have been made from, enlarged as MATLAB does it."""
    images, labels = load_split(dataset, "test")
    condition = load_condition(dataset, "test")
    assert condition is not None  # or this row is not asked for
    return resize_bicubic(condition, images.shape[-1] // condition.shape[-1]), labels


def rows(track: str, dataset: str) -> Rows:
    """The reference rows of a data set."""
    condition, shape = load_condition(dataset, "test"), load_split(dataset, "test")[0].shape
    if (
        condition is None or condition.dtype == np.int64
    ):  # nothing is given that could be handed back
        return ONCE | DRAWN | getattr(TRACKS[track], "ROWS", {})
    made: Rows = (
        {"identity": identity} if condition.shape[2:] == shape[2:] else {"bicubic": bicubic}
    )
    return ONCE | made | DRAWN


ONCE: Rows = {"held_out": held_out}  # the same images whatever the seed
DRAWN: Rows = {"memoriser": memoriser, "noise": noise}


def references(track: str, dataset: str, settings: config.Params) -> None:
    """Score the reference rows of a data set.

    Exits with one line if it is not on the track, or there is no such track.
    """
    if track not in settings.tracks:
        stop(f"{track}: no such track; {nearest(track, settings.tracks)}")
    own = settings.tracks[track]
    if dataset not in own.datasets:
        stop(f"{dataset}: not on this track; {nearest(dataset, own.datasets)}")

    threads.limit(1)
    folder = Path("references") / dataset
    folder.mkdir(parents=True, exist_ok=True)
    headline = TRACKS[track].HEADLINE
    scorer = TRACKS[track].Scorer(dataset, own.metrics)
    scores: dict[str, dict[int, dict[str, float]]] = {}
    for row, source in rows(track, dataset).items():
        seeds = own.seeds if row in DRAWN else own.seeds[:1]
        drawn = {seed: source(dataset, seed) for seed in seeds}
        scores[row] = {seed: scorer.scores(*labelled) for seed, labelled in drawn.items()}
        scorer.show(drawn[seeds[0]][0], folder / row)
        print(f"{dataset} {row}: {headline} {scores[row][seeds[0]][headline]:.3f}")
    (folder / "metrics.json").write_text(json.dumps(scores, indent=1) + "\n")
    facts = {
        "samples": len(load_split(dataset, "test")[0]),
        **scorer.facts(),
        **provenance(),
    }
    (folder / "evaluation.json").write_text(json.dumps(facts, indent=1) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("track")
    parser.add_argument("dataset")
    asked = parser.parse_args()
    references(asked.track, asked.dataset, config.load())


if __name__ == "__main__":
    main()
