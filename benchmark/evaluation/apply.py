"""Translate or enlarge a user's images: `gan-benchmark apply outline-cyclegan INPUT OUTPUT`.

INPUT is an image or a folder of images, OUTPUT the file or folder to write. Images of the size in
training become what the stage `evaluate` makes of them; see `AnySize` for others.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from rich.progress import track

from benchmark.common.devices import default_device, use_full_float32
from benchmark.common.hashing import sha256
from benchmark.common.messages import nearest, stop
from benchmark.common.paths import is_file, is_folder, is_readable_file
from benchmark.common.seeds import stream
from benchmark.common.writing import prepare_target, save_picture
from benchmark.data.image_files import EXPECTED, find_images, load_rgb, open_image, read_size
from benchmark.data.sources.domains import DOMAINS, make_planes
from benchmark.data.sources.domains import SOURCES as RENDERINGS
from benchmark.evaluation.any_size import AnySize
from benchmark.evaluation.sample import find_weights
from benchmark.training import weights
from gans.common.variant import ImageToImage

WRITABLE = (".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")


def load_image(path: Path, channels: int) -> np.ndarray:
    """Load an image as uint8 ``(c, h, w)``, grey for one channel; transparency becomes white.

    Exits with one line if the file is damaged.
    """
    try:
        image = load_rgb(path)
    except ValueError as error:
        stop(str(error))
    pixels = np.asarray(image.convert("L") if channels == 1 else image)
    pixels = pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
    return pixels.copy()  # contiguous, and not read-only


def translate_file(
    any_size: AnySize, source: Path, target: Path, *, seed: int, domains: list[int]
) -> None:
    """Translate an image file; ``domains`` as of `find_domains`.

    Noise is drawn once for an image, and depends on nothing but the seed and the file.
    """
    image = load_image(source, any_size.variant.source[0])
    if domains:
        planes = make_planes(np.array(domains), *image.shape[1:])
        image = np.concatenate([image, *planes])
    torch.manual_seed(stream(seed, f"apply {sha256(source)}"))
    with expect_memory(source):
        pixels = any_size.apply(image).transpose(1, 2, 0)
        output = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    save_picture(target, output)


@contextmanager
def expect_memory(file: Path) -> Iterator[None]:
    """Exit with one line if the block needs more memory for an image than there is."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "memory" not in str(error):
            raise
        stop(f"{file}: expected an image that fits in memory, got a larger one; scale it down")


def pair_files(source: Path, target: Path) -> list[tuple[Path, Path]]:
    """Pair each input file with its output file; exits with one line if that is impossible."""
    if is_readable_file(source):
        if target.suffix.lower() not in WRITABLE:
            stop(
                f"{target}: expected a file that ends in {', '.join(WRITABLE)}, as INPUT is a file,"
                f" got {target.suffix or 'no suffix'}; rename it"
            )
        if is_folder(target):
            stop(f"{target}: expected a file to write, got a folder; add the name of a file")
        return [(source, target)]
    if not is_folder(source):
        stop(f"{source}: expected an image or a folder, got none; correct the path")
    files = find_images(source)
    if not files:
        stop(f"{source}: expected {EXPECTED}, got none; add some")
    if is_file(target):
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


def check_originals(source: Path, files: list[tuple[Path, Path]]) -> None:
    """Exit with one line if an output would replace a file of INPUT, also one behind a link."""
    originals = {(status.st_dev, status.st_ino) for status in (file.stat() for file, _ in files)}
    for _, target in files:
        if is_file(target):
            status = target.stat()
            is_inside = source.is_dir() and target.resolve().is_relative_to(source.resolve())
            if is_inside or (status.st_dev, status.st_ino) in originals:
                stop(
                    f"{target}: expected an output outside of INPUT, got a file of INPUT; choose"
                    " another OUTPUT, or add --overwrite"
                )


def check_sizes(any_size: AnySize, files: list[tuple[Path, Path]]) -> None:
    """Exit with one line if an image is damaged or does not fit: before the first is translated."""
    for file, _ in files:
        try:
            with open_image(file) as image:
                height, width = read_size(image)
        except ValueError as error:
            stop(str(error))
        if limit := any_size.describe_limit(height, width):
            stop(f"{file}: expected {limit}, got {width} x {height}; scale it or crop it")


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
    overwrite: bool = False,
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
        overwrite: whether outputs may replace the images.
    """
    dataset, _, name = row.partition("-")
    domains = find_domains(dataset, target_domain=target_domain, source_domain=source_domain)
    files = pair_files(source, target)
    if not overwrite:
        check_originals(source, files)
    use_full_float32()
    variant = weights.load(find_weights(row, seed))
    if not isinstance(variant, ImageToImage):
        stop(
            f"{name}: expected a variant that makes images of images, got one that makes them of"
            " noise; use gan-benchmark sample"
        )
    any_size = AnySize(variant, default_device())
    check_sizes(any_size, files)
    for _, output in files:
        prepare_target(output)
    for original, output in track(files, description=row):
        translate_file(any_size, original, output, seed=draw_seed, domains=domains)
    print(f"{len(files)} image{'s' if len(files) > 1 else ''} in {target}")
