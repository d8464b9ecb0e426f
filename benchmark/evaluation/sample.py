"""Draw from trained weights: `gan-benchmark sample dcgan digits --out grid.png`.

Clips are shown in motion in a .gif or a .webp, and in a .png frame by frame, a row each. Sentences
are printed, or written a line each: `--out sentences.txt`.
`--seed` says which trained run, `--draw` which draw from it. Of a variant that reads captions,
`--caption "a bold seven, white on black"` says what is drawn; without it, what held-out ones say.
"""

import argparse
from pathlib import Path

import numpy as np

from benchmark.common.messages import nearest, stop
from benchmark.data import captions
from benchmark.data.sentences import Lexicon
from benchmark.data.splits import load_condition
from benchmark.evaluation import clips
from benchmark.evaluation.evaluate import draw
from benchmark.tracks.images import grid
from benchmark.tracks.video import pictures
from benchmark.training import weights
from gans.common.captions import TextToImage
from gans.common.variant import Variant

PIXELS = 64  # a sample in the picture is enlarged to about this side


def find(variant: str, dataset: str, seed: int) -> Path:
    """The weights of a trained run, or exit with a line that says which there are."""
    found = sorted(Path("runs").glob(f"*/{dataset}/{variant}/trained/{seed}/weights.safetensors"))
    if not found:
        known = [
            " ".join((path.parts[3], path.parts[2], "--seed", path.parts[5]))
            for path in sorted(Path("runs").glob("*/*/*/trained/*/weights.safetensors"))
        ]
        asked = f"{variant} {dataset} --seed {seed}"
        stop(f"{asked}: no trained weights in runs/; {nearest(asked, known)}")
    return found[0]


def read(caption: str, variant: Variant, name: str) -> np.ndarray:
    """A caption as a variant is given it, int64 ``(1, words)``; exit with a line if it cannot be.

    Args:
        caption: as it was typed.
        variant: that is to draw it.
        name: of the variant.
    """
    if not isinstance(variant, TextToImage):
        stop(f"--caption: {name} reads no captions; leave it out")
    said = captions.split_words(caption)
    if not said:
        stop(f"--caption: “{caption}” has no word in it")
    for word in said:
        if word not in variant.vocabulary[1:]:
            hint = nearest(word, variant.vocabulary[1:])
            stop(f"--caption: “{word}” is no word that {name} has learnt; {hint}")
    if len(said) > variant.length:
        stop(f"--caption: {len(said)} words; {name} reads {variant.length} at most")
    return captions.encode_captions([caption], variant.vocabulary, variant.length)


def sentences(tokens: np.ndarray, dataset: str, out: Path | None) -> None:
    """Print sentences, int64 ``(n, length)``, or write them to a file; exits if that is a .png."""
    if out and out.suffix == ".png":
        stop(f"--out: {out} should end in .txt or .npz; these are sentences")
    lines = Lexicon.load(dataset).decode(tokens)
    if out is None:
        print(*lines, sep="\n")
        return
    if out.suffix == ".npz":
        np.savez(out, images=tokens)
    else:
        out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    print(f"{len(tokens)} samples in {out}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("variant")
    parser.add_argument("dataset")
    parser.add_argument("--seed", type=int, default=0, help="of the trained run (default 0)")
    parser.add_argument("--draw", type=int, default=0, help="seed of the draw (default 0)")
    parser.add_argument("--count", type=int, default=64, help="samples (default 64)")
    parser.add_argument("--caption", help="what to draw, of variants that read captions")
    parser.add_argument(
        "--out",
        type=Path,
        help="a .png or .npz; of clips, a .gif or .webp; of sentences, a .txt or .npz",
    )
    asked = parser.parse_args()
    if asked.count < 1:
        parser.error(f"--count: {asked.count} should be at least 1")
    if asked.out and asked.out.suffix not in (".png", ".npz", ".txt", *clips.MOVING):
        parser.error(
            f"--out: {asked.out} should end in .png or .npz, or for clips .gif or .webp, or for"
            " sentences .txt"
        )
    variant = weights.load(find(asked.variant, asked.dataset, asked.seed))
    moving = len(variant.shape) == 4
    if asked.out and asked.out.suffix in clips.MOVING and not moving:
        stop(f"--out: {asked.out}: {asked.dataset} does not move; should end in .png or .npz")
    sources: np.ndarray | None
    if asked.caption is not None:
        sources = read(asked.caption, variant, asked.variant).repeat(asked.count, axis=0)
    else:
        sources = load_condition(asked.dataset, "test")
    images, _ = draw(variant, asked.count, seed=asked.draw, sources=sources)
    if images.dtype == np.int64:
        sentences(images, asked.dataset, asked.out)
        return
    asked.out = asked.out or Path("grid.png")
    if asked.out.suffix == ".txt":
        parser.error(f"--out: {asked.out} should end in .png or .npz; these are no sentences")
    if asked.out.suffix == ".npz":
        np.savez(asked.out, images=images)
    else:
        factor = max(1, PIXELS // images.shape[-1])
        enlarged = images.repeat(factor, axis=-2).repeat(factor, axis=-1)
        columns = int(np.ceil(asked.count**0.5))
        if asked.out.suffix in clips.MOVING:
            clips.save(pictures(enlarged, columns), asked.out)
        elif moving:
            grid(clips.frames(enlarged), columns=images.shape[2]).save(asked.out)
        else:
            grid(enlarged, columns=columns).save(asked.out)
    print(f"{asked.count} samples in {asked.out}")


if __name__ == "__main__":
    main()
