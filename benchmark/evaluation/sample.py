"""Draw samples from trained weights: `gan-benchmark sample digits-dcgan --out grid.png`.

Clips are written as an animation to a .gif or .webp, and frame by frame to a .png, one row per
clip. Sentences are printed, or written one per line. A variant with captions draws samples of one
caption, or of the held-out captions.
"""

import math
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from benchmark.common.devices import default_device
from benchmark.common.files import read_array, read_json
from benchmark.common.hashing import sha256
from benchmark.common.messages import nearest, quote_empty, stop
from benchmark.common.writing import prepare_target, replace_file, save_arrays, write_text
from benchmark.config import RUNS
from benchmark.data import captions, clips
from benchmark.data.sentences import Lexicon
from benchmark.data.splits import load_condition
from benchmark.evaluation.fetched import FETCHED, WEIGHTS, list_fetched
from benchmark.evaluation.pictures import tile
from benchmark.evaluation.sampling import draw
from benchmark.tracks.video.pictures import tile_frames
from benchmark.training import weights
from gans.common.captions import TextToImage
from gans.common.text import Text
from gans.common.variant import Variant

PIXELS = 64  # approximate side of an enlarged sample
CLIPS = 5  # dimensions of a set of clips
GRID = Path("grid.png")
MAX_PICTURED = 10_000  # samples in a picture; fewer clips, each with several frames
MAX_VALUES = 2**32  # of all samples together, which are in memory


def find_weights(row: str, seed: int) -> Path:
    """Find the weights of a run: those trained here, else fetched ones.

    Exits with a line that suggests a run if there are neither.

    Args:
        row: data set and variant, such as digits-dcgan.
        seed: of the run.
    """
    fetched = {f"{run.row} --seed {run.seed}": run.trained / WEIGHTS for run in list_fetched()}
    trained = fetched | {
        f"{path.parts[2]}-{path.parts[3]} --seed {path.parts[5]}": path
        for path in sorted(RUNS.glob(f"*/*/*/trained/*/{WEIGHTS}"))
    }
    name = f"{quote_empty(row)} --seed {seed}"
    if name not in trained:
        hint = f"run make repro ROWS={row or 'ROW'}, or gan-benchmark fetch {row or 'ROW'}"
        first = {run.partition(" ")[0]: run for run in reversed(trained)}  # of each row
        if similar := get_close_matches(row, first, n=1):
            hint += f"; or did you mean {first[similar[0]]}?"
        stop(f"{name}: expected weights in {RUNS}/ or {FETCHED}/, got none; {hint}")
    check_weights(trained[name])
    return trained[name]


def check_weights(path: Path) -> None:
    """Exit with one line if weights are not those that the training wrote."""
    record = path.with_name("training.json")
    if not record.is_file():
        return
    expected = read_json(record).get("weights")  # earlier versions did not write it
    if expected and (got := sha256(path)) != expected:
        stop(
            f"{path}: expected weights with the sha256 {expected}, got {got}; delete the file, then"
            " train the row again or fetch it again"
        )


def load_lexicon(dataset: str, weights_file: Path) -> Lexicon:
    """Load the words of sentences: those that were fetched with the weights, else of the data."""
    words, separator = (weights_file.with_name(f"{name}.npy") for name in ("words", "separator"))
    if not words.is_file():
        return Lexicon.load(dataset)
    return Lexicon(read_array(words), str(read_array(separator)))


def encode_caption(caption: str, variant: Variant, name: str) -> np.ndarray:
    """Encode a caption for a variant, int64 ``(1, words)``; exits with a line if that fails.

    Args:
        caption: as typed.
        variant: the generator.
        name: of the variant.
    """
    if not isinstance(variant, TextToImage):
        stop(f"--caption: expected a variant that reads captions, got {name}; leave it out")
    words = captions.split_words(caption)
    if not words:
        stop(f"--caption: expected words, got “{caption}”; write one or more")
    for word in words:
        if word not in variant.vocabulary[1:]:
            hint = nearest(word, variant.vocabulary[1:])
            stop(f"--caption: expected a word of the vocabulary of {name}, got “{word}”; {hint}")
    if len(words) > variant.length:
        stop(
            f"--caption: expected at most {variant.length} words for {name}, got {len(words)};"
            " shorten it"
        )
    return captions.encode_captions([caption], variant.vocabulary, variant.length)


def write_sentences(tokens: np.ndarray, lexicon: Lexicon, out: Path | None) -> None:
    """Print sentences, int64 ``(n, length)``, or write them to a file."""
    lines = lexicon.decode(tokens)
    if out is None:
        print(*lines, sep="\n")
        return
    if out.suffix == ".npz":
        save_arrays(out, images=tokens)
    else:
        write_text(out, "".join(f"{line}\n" for line in lines))
    print(f"{len(tokens)} samples in {out}")


def check_count(count: int, variant: Variant, out: Path | None) -> None:
    """Exit with one line if so many samples fit neither in memory nor in a picture."""
    most = MAX_VALUES // math.prod(variant.shape)
    if not isinstance(variant, Text) and (out is None or out.suffix != ".npz"):
        frames = variant.shape[1] if len(variant.shape) == CLIPS - 1 else 1
        most = min(most, MAX_PICTURED // frames)
    if count > most:
        hint = "" if out and out.suffix == ".npz" else ", or write to a .npz file"
        stop(f"--count: expected at most {most}, got {count}; lower it{hint}")


def check_suffix(out: Path | None) -> None:
    """Exit with one line if no kind of sample can be written to such a file."""
    if out and out.suffix not in (".png", ".npz", ".txt", *clips.MOVING):
        stop(
            "--out: expected a .png or .npz file, for clips also .gif or .webp, for sentences .txt,"
            f" got {out}; rename it"
        )


def check_kind(out: Path | None, variant: Variant, dataset: str) -> None:
    """Exit with one line if a file cannot hold the samples of a variant: before it draws them."""
    suffix = out.suffix if out else None
    if isinstance(variant, Text):
        if suffix not in (None, ".txt", ".npz"):
            stop(f"--out: expected a .txt or .npz file for sentences, got {out}; rename it")
    elif len(variant.shape) == 1:
        if suffix != ".npz":
            stop(
                f"--out: expected a .npz file for the points of {dataset}, got {out or 'none'};"
                " add --out points.npz"
            )
    elif suffix in clips.MOVING and len(variant.shape) != CLIPS - 1:
        stop(
            f"--out: expected a .png or .npz file, as {dataset} has no clips, got {out}; rename it"
        )
    elif suffix == ".txt":
        stop(
            f"--out: expected a .png or .npz file, as {dataset} has no sentences, got {out};"
            " rename it"
        )


def draw_samples(
    row: str,
    *,
    seed: int = 0,
    draw_seed: int = 0,
    count: int = 64,
    caption: str | None = None,
    out: Path | None = None,
) -> None:
    """Draw samples from the weights of a trained run, and save or print them.

    Exits with one line if there is no such run, or if the file cannot hold its samples.

    Args:
        row: data set and variant, such as digits-dcgan.
        seed: of the trained run.
        draw_seed: of the draw.
        count: number of samples.
        caption: for variants with captions; held-out captions by default.
        out: the file to write, grid.png by default; sentences are printed by default.
    """
    check_suffix(out)
    dataset, _, name = row.partition("-")
    path = find_weights(row, seed)
    variant = weights.load(path, default_device())
    check_kind(out, variant, dataset)
    check_count(count, variant, out)
    conditions: np.ndarray | None = None
    if caption is not None:
        conditions = encode_caption(caption, variant, name).repeat(count, axis=0)
    elif variant.condition_key == "condition":
        conditions = load_condition(dataset, "test")
        if conditions is not None and count > len(conditions):
            stop(
                f"--count: expected at most {len(conditions)}, the number of held-out conditions"
                f" of {dataset}, got {count}; lower it"
            )
    if out is None and not isinstance(variant, Text):
        out = GRID
    if out:
        prepare_target(out)
    images, _ = draw(variant, count, seed=draw_seed, conditions=conditions)
    if isinstance(variant, Text):
        write_sentences(images, load_lexicon(dataset, path), out)
        return
    assert out is not None  # only sentences are printed
    with replace_file(out) as temporary:
        save_images(images, temporary)
    print(f"{count} samples in {out}")


def save_images(images: np.ndarray, out: Path) -> None:
    """Save images or clips as arrays, as a picture or as an animation, by the suffix of a file."""
    if out.suffix == ".npz":
        np.savez(out, images=images)
        return
    factor = max(1, PIXELS // images.shape[-1])
    enlarged = images.repeat(factor, axis=-2).repeat(factor, axis=-1)
    columns = int(np.ceil(len(images) ** 0.5))
    if out.suffix in clips.MOVING:
        clips.save_clips(tile_frames(enlarged, columns), out)
    elif images.ndim == CLIPS:
        tile(clips.split_frames(enlarged), columns=images.shape[2]).save(out)
    else:
        tile(enlarged, columns=columns).save(out)
