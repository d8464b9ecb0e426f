"""Translate or enlarge a user's images: `gan-benchmark apply outline-cyclegan INPUT OUTPUT`.

INPUT is an image or a folder of images of any size, OUTPUT the file or folder to write. Larger
images are processed in overlapping tiles.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from rich.progress import track
from torch import Tensor
from torch.nn.functional import pad

from benchmark.common.devices import default_device
from benchmark.common.files import check_target, expect_written
from benchmark.common.messages import nearest, stop
from benchmark.common.seeds import stream
from benchmark.data.image_files import SUFFIXES, find_images
from benchmark.data.pixels import to_bytes, to_unit
from benchmark.data.sources.domains import DOMAINS, make_planes
from benchmark.data.sources.domains import SOURCES as RENDERINGS
from benchmark.data.sources.folders import load_rgb
from benchmark.evaluation.sample import find_weights
from benchmark.training import weights
from gans.common.variant import ImageToImage

TILE = 256  # side of a tile in pixels
OVERLAP = 32  # pixels discarded on each side with a neighbouring tile
MULTIPLE = 32  # sides are padded to a multiple: networks halve them up to five times


def load_image(path: Path, channels: int) -> Tensor:
    """Load an image as ``(1, channels, h, w)`` in [-1, 1]; transparency becomes white.

    Exits with one line if the file is damaged.
    """
    try:
        image = load_rgb(path)
    except ValueError as error:
        stop(str(error))
    pixels = np.asarray(image.convert("L") if channels == 1 else image)
    pixels = pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
    return to_unit(torch.from_numpy(pixels.copy())[None])


def apply_tiled(
    apply: Callable[[Tensor], Tensor], image: Tensor, *, scale: int, tile: int = TILE
) -> Tensor:
    """Apply ``apply`` to an image ``(1, c, h, w)`` of any size, tile by tile.

    Args:
        apply: ``(1, c, a, b)`` to ``(1, k, scale * a, scale * b)`` for sides that are multiples of
            ``MULTIPLE``.
        image: in [-1, 1].
        scale: factor by which outputs are larger.
        tile: side of the tiles, a multiple of ``MULTIPLE``.

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
            below, right = (-side % MULTIPLE for side in part.shape[2:])
            output = apply(pad(part, (0, right, 0, below), mode="replicate"))
            begin = scale * (top - first[0]), scale * (left - first[1])
            size = scale * min(inner, height - top), scale * min(inner, width - left)
            row_slice, column_slice = (
                slice(start, start + length) for start, length in zip(begin, size, strict=True)
            )
            parts.append(output[:, :, row_slice, column_slice])
        rows.append(torch.cat(parts, dim=3))
    return torch.cat(rows, dim=2)


def translate_file(
    variant: ImageToImage, source: Path, target: Path, *, seed: int, domains: list[int]
) -> None:
    """Translate an image file; ``domains`` as of `find_domains`."""
    image = load_image(source, variant.source[0])
    if domains:
        planes = make_planes(np.array(domains), *image.shape[2:]).reshape(1, -1, *image.shape[2:])
        image = torch.cat([image, to_unit(torch.from_numpy(planes))], dim=1)
    torch.manual_seed(stream(seed, "apply"))
    scale = variant.shape[-1] // variant.source[-1]
    with torch.no_grad():
        output = apply_tiled(
            lambda part: variant.sample(len(part), part), image.to(variant.device), scale=scale
        )
    pixels = to_bytes(output.cpu())[0].permute(1, 2, 0).numpy()
    with expect_written(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).save(target)


def pair_files(source: Path, target: Path) -> list[tuple[Path, Path]]:
    """Pair each input file with its output file; exits with one line if that is impossible."""
    if source.is_file():
        if target.suffix.lower() not in SUFFIXES:
            stop(
                f"{target}: expected a file that ends in {', '.join(SUFFIXES)}, as INPUT is a file,"
                f" got {target.suffix or 'no suffix'}; rename it"
            )
        if target.is_dir():
            stop(f"{target}: expected a file to write, got a folder; add the name of a file")
        return [(source, target)]
    if not source.is_dir():
        stop(f"{source}: expected an image or a folder, got none; correct the path")
    files = find_images(source)
    if not files:
        stop(f"{source}: expected images ({', '.join(SUFFIXES)}), got none; add images")
    if target.is_file():
        stop(f"{target}: expected a folder, as INPUT is one, got a file; name a folder")
    sources: dict[Path, Path] = {}
    for file in files:
        out = target / file.relative_to(source).with_suffix(".png")
        if out in sources:
            stop(
                f"{file}: expected another name than that of {sources[out]}, got the same output"
                f" {out}; rename one"
            )
        sources[out] = file
    return [(file, out) for out, file in sources.items()]


def check_folders(files: list[tuple[Path, Path]]) -> None:
    """Create the folders of the output files, or exit with one line: before the first image."""
    for _, target in files:
        with expect_written(target):
            target.parent.mkdir(parents=True, exist_ok=True)
        check_target(target)


def find_domains(
    dataset: str, *, target_domain: str | None, source_domain: str | None
) -> list[int]:
    """Find the indices in ``DOMAINS`` of the target and source domain; empty without domains.

    Exits with one line if a domain is missing, unknown, or given for a data set without domains.
    """
    names = {"--target-domain": target_domain, "--source-domain": source_domain}
    for flag, name in names.items():
        if dataset not in RENDERINGS and name is not None:
            stop(f"{flag}: expected none, as {dataset} has no domains, got {name}; leave it out")
        if dataset in RENDERINGS and name not in DOMAINS:
            hint = nearest(name, DOMAINS) if name else f"choose from {', '.join(DOMAINS)}"
            stop(f"{flag}: expected a domain of {dataset}, got {name or 'none'}; {hint}")
    return [DOMAINS.index(name) for name in names.values() if name is not None]


def translate_images(
    row: str,
    source: Path,
    target: Path,
    *,
    seed: int = 0,
    draw_seed: int = 0,
    source_domain: str | None = None,
    target_domain: str | None = None,
) -> None:
    """Translate a user's images by a trained run.

    Exits with one line if there is no such run, or if it cannot translate these images.

    Args:
        row: data set and variant, such as outline-cyclegan.
        source: an image, or a folder of images.
        target: the file or folder to write.
        seed: of the trained run.
        draw_seed: of the draw, where several outputs are possible.
        source_domain: the domain of the images, where the data set has several.
        target_domain: the domain to translate them to.
    """
    dataset, _, name = row.partition("-")
    domains = find_domains(dataset, target_domain=target_domain, source_domain=source_domain)
    files = pair_files(source, target)
    check_folders(files)
    variant = weights.load(find_weights(row, seed), default_device())
    if not isinstance(variant, ImageToImage):
        stop(
            f"{name}: expected a variant that makes images of images, got one that makes them of"
            " noise; use gan-benchmark sample"
        )
    for original, output in track(files, description=row):
        translate_file(variant, original, output, seed=draw_seed, domains=domains)
    print(f"{len(files)} image{'s' if len(files) > 1 else ''} in {target}")
