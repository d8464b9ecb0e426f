"""Score the reference rows of a data set: `gan-benchmark references digits`.

- held_out: the held-out real images, for the lowest FID and the highest recall to expect;
- memoriser: training images, with the number and classes of the held-out ones; of a subset, whose
  training images are too few for that, each is repeated;
- noise: every pixel, coordinate or token drawn uniformly, for the worst scores;
- identity, on image-to-image tracks: the inputs, unchanged;
- bicubic, on the super-resolution track: the inputs, enlarged.

A track may add rows, see `Track.reference_rows`.

Writes references/digits.json (row -> seed -> metric), and to references/digits/ samples of each row
and evaluation.json; the first captions, of a data set with captions, to captions.txt.
"""

import numpy as np

from benchmark import config, tracks
from benchmark.common import processes
from benchmark.common.devices import make_deterministic, use_full_float32
from benchmark.common.paths import make_folder
from benchmark.common.provenance import provenance
from benchmark.common.seeds import stream
from benchmark.common.writing import write_json
from benchmark.config import REFERENCES
from benchmark.config.selection import expect
from benchmark.data.bicubic import resize_bicubic
from benchmark.data.pixels import match_channels
from benchmark.data.splits import Split, load_condition, load_split, name_reference_split
from benchmark.tracks.base.track import ReferenceRows


def held_out(dataset: str, seed: int) -> Split:
    """Load all held-out images, shuffled by the seed unless they belong to conditions."""
    images, labels = load_split(dataset, "test")
    if load_condition(dataset, "test") is not None:
        return images, labels
    order = np.random.default_rng(stream(seed, "held_out")).permutation(len(images))
    return images[order], labels[order]


def memoriser(dataset: str, seed: int) -> Split:
    """Draw distinct training images, with the class counts of the held-out ones.

    Those of a data set with a part ``reference`` are repeated to these counts.
    """
    repeats = name_reference_split(dataset) != "train"
    images, labels = load_split(dataset, "train")
    _, held_out_labels = load_split(dataset, "test")
    order = np.random.default_rng(stream(seed, "memoriser")).permutation(len(images))
    counts = np.bincount(held_out_labels)
    chosen = []
    for label, count in enumerate(counts):
        members = order[labels[order] == label]
        chosen.append(np.resize(members, count) if repeats and len(members) else members[:count])
    shuffled = np.random.default_rng(seed).permutation(np.concatenate(chosen))
    return images[shuffled], labels[shuffled]


def noise(dataset: str, seed: int) -> Split:
    """Draw uniform noise, with the number and labels of the held-out images.

    Text tokens are drawn uniformly from those of the training text.
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
    """Return the input images, unchanged."""
    images, labels = load_split(dataset, "test")
    condition = load_condition(dataset, "test")
    assert condition is not None  # other tracks do not have this row
    # the planes after the channels of an image encode its domain
    return match_channels(condition[:, :3], images.shape[1]), labels


def bicubic(dataset: str, seed: int) -> Split:
    """Enlarge the input images by bicubic interpolation as in MATLAB."""
    images, labels = load_split(dataset, "test")
    condition = load_condition(dataset, "test")
    assert condition is not None  # other tracks do not have this row
    return resize_bicubic(condition, images.shape[-1] // condition.shape[-1]), labels


def unconditional_rows(others: ReferenceRows | None = None) -> ReferenceRows:
    """List the rows of every track, with ``others`` between held-out and seeded rows."""
    return {"held_out": held_out} | (others or {}) | SEEDED_ROWS


SEEDED_ROWS: ReferenceRows = {
    "memoriser": memoriser,
    "noise": noise,
}  # rows that depend on the seed


def references(dataset: str, params: config.Params) -> None:
    """Score the reference rows of a data set.

    Exits with one line if params.yaml does not list the data set.
    """
    name = params.datasets[expect("a data set", dataset, params.datasets)]
    track, section = tracks.load(name), params.tracks[name].for_dataset(dataset)

    processes.prepare(1)
    make_deterministic()
    use_full_float32()
    folder = REFERENCES / dataset
    make_folder(folder)
    scorer = track.scorer(dataset, section)
    scores: dict[str, dict[int, dict[str, float]]] = {}
    for row, source in track.reference_rows(dataset).items():
        seeds = section.seeds if row in SEEDED_ROWS else section.seeds[:1]
        draws = {seed: source(dataset, seed) for seed in seeds}
        scores[row] = {
            seed: scorer.scores(*labelled) | scorer.reference_scores(row, seed)
            for seed, labelled in draws.items()
        }
        track.save_samples(draws[seeds[0]][0], scorer, folder / row)
        print(f"{dataset} {row}: {track.headline} {scores[row][seeds[0]][track.headline]:.3f}")
    track.save_conditions(dataset, folder)
    write_json(REFERENCES / f"{dataset}.json", scores)
    facts = {
        "samples": len(load_split(dataset, "test")[0]),
        **scorer.facts(),
        **provenance(),
    }
    write_json(folder / "evaluation.json", facts)
