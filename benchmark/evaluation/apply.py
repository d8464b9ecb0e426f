"""Translate or enlarge a user's images: `gan-benchmark apply outline-cyclegan INPUT OUTPUT`.

INPUT is an image or a folder of images of any size, OUTPUT the file or folder to write. Larger
images are taken in overlapping tiles.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from rich.progress import track
from torch import Tensor
from torch.nn.functional import pad

from benchmark.common.messages import stop
from benchmark.common.seeds import stream
from benchmark.data.pixels import to_bytes, to_unit
from benchmark.data.sources.domains import DOMAINS, make_planes
from benchmark.data.sources.domains import SOURCES as RENDERINGS
from benchmark.data.sources.folders import load_rgb
from benchmark.evaluation.inputs import SUFFIXES, images_in
from benchmark.evaluation.sample import find_weights
from benchmark.training import weights
from gans.common.variant import ImageToImage

TILE = 256  # pixels of a side that a network is given at once
OVERLAP = 32  # of these, what is thrown away on each side where there is a neighbour
MULTIPLE = 32  # sides are filled up to one: networks halve them up to five times


def read(path: Path, channels: int) -> Tensor:
    """An image as a network sees it, ``(1, channels, h, w)`` in [-1, 1]; transparency is white.

    Exits with one line if it is not a whole image.
    """
    try:
        image = load_rgb(path)
    except ValueError as error:
        stop(str(error))
    pixels = np.asarray(image.convert("L") if channels == 1 else image)
    pixels = pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
    return to_unit(torch.from_numpy(pixels.copy())[None])


def tiled(
    make: Callable[[Tensor], Tensor], image: Tensor, *, scale: int, tile: int = TILE
) -> Tensor:
    """What ``make`` makes of an image ``(1, c, h, w)`` of any size, tile by tile.

    Args:
        make: ``(1, c, a, b)`` to ``(1, k, scale * a, scale * b)`` for sides that are multiples of
            ``MULTIPLE``.
        image: in [-1, 1].
        scale: how much larger what is made is.
        tile: side of what ``make`` is given, a multiple of ``MULTIPLE``.

    Returns:
        ``(1, k, scale * h, scale * w)``.
    """
    height, width = image.shape[2:]
    inner = tile - 2 * OVERLAP
    rows = []
    for top in range(0, height, inner):
        parts = []
        for left in range(0, width, inner):
            first = max(0, top - OVERLAP), max(0, left - OVERLAP)
            last = min(height, top + inner + OVERLAP), min(width, left + inner + OVERLAP)
            part = image[:, :, first[0] : last[0], first[1] : last[1]]
            below, beside = (-side % MULTIPLE for side in part.shape[2:])
            made = make(pad(part, (0, beside, 0, below), mode="replicate"))
            begin = scale * (top - first[0]), scale * (left - first[1])
            size = scale * min(inner, height - top), scale * min(inner, width - left)
            rows_of, columns_of = (
                slice(start, start + length) for start, length in zip(begin, size, strict=True)
            )
            parts.append(made[:, :, rows_of, columns_of])
        rows.append(torch.cat(parts, dim=3))
    return torch.cat(rows, dim=2)


def write(
    variant: ImageToImage, source: Path, target: Path, *, seed: int, domains: list[int]
) -> None:
    """Make an image of another, file to file; ``domains`` as `domains_of` gives them."""
    image = read(source, variant.source[0])
    if domains:
        said = make_planes(np.array(domains), *image.shape[2:]).reshape(1, -1, *image.shape[2:])
        image = torch.cat([image, to_unit(torch.from_numpy(said))], dim=1)
    torch.manual_seed(stream(seed, "apply"))
    scale = variant.shape[-1] // variant.source[-1]
    with torch.no_grad():
        made = tiled(lambda part: variant.sample(len(part), part), image, scale=scale)
    pixels = to_bytes(made)[0].permute(1, 2, 0).numpy()
    target.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).save(target)


def pairs(source: Path, target: Path) -> list[tuple[Path, Path]]:
    """What is read and where what is made of it goes; exits with one line if that cannot be."""
    if source.is_file():
        if target.suffix.lower() not in SUFFIXES:
            stop(f"{target}: should end in one of {', '.join(SUFFIXES)}, as INPUT is a file")
        return [(source, target)]
    if not source.is_dir():
        stop(f"{source}: no such file or folder")
    files = images_in(source)
    if not files:
        stop(f"{source}: no image in it ({', '.join(SUFFIXES)})")
    if target.is_file():
        stop(f"{target}: a file; as INPUT is a folder, give a folder")
    found: dict[Path, Path] = {}
    for file in files:
        out = target / file.relative_to(source).with_suffix(".png")
        if out in found:
            stop(f"{file}: would be written to {out}, as {found[out]}; rename one")
        found[out] = file
    return [(file, out) for out, file in found.items()]


def domains_of(dataset: str, *, wanted: str | None, of: str | None) -> list[int]:
    """The places in ``DOMAINS`` of the one wanted and of the images' own; none if there are none.

    Exits with one line if one is missing or unknown, or given for a data set without domains.
    """
    named = {"--wanted": wanted, "--of": of}
    for flag, name in named.items():
        if dataset not in RENDERINGS and name is not None:
            stop(f"{flag}: {dataset} has no domains; leave it out")
        if dataset in RENDERINGS and name not in DOMAINS:
            wrong = "missing" if name is None else f"{name} is no domain"
            stop(f"{flag}: {wrong}; {dataset} has {', '.join(DOMAINS)}")
    return [DOMAINS.index(name) for name in named.values() if name is not None]


def translate_images(
    row: str,
    source: Path,
    target: Path,
    *,
    seed: int = 0,
    draw_seed: int = 0,
    of: str | None = None,
    wanted: str | None = None,
) -> None:
    """Make images of the user's images by a trained run.

    Exits with one line if there is no such run, or if it cannot make images of these.

    Args:
        row: data set and variant, such as outline-cyclegan.
        source: an image, or a folder of images.
        target: the file or folder to write.
        seed: of the trained run.
        draw_seed: of the draw, where several outputs are possible.
        of: the domain of the images, where the data set has several.
        wanted: the domain to bring them into.
    """
    dataset, _, name = row.partition("-")
    domains = domains_of(dataset, wanted=wanted, of=of)
    files = pairs(source, target)
    variant = weights.load(find_weights(row, seed))
    if not isinstance(variant, ImageToImage):
        stop(f"{name}: makes images of noise, not of images; use gan-benchmark sample")
    for original, made in track(files, description=row):
        write(variant, original, made, seed=draw_seed, domains=domains)
    print(f"{len(files)} image{'s' if len(files) > 1 else ''} in {target}")
