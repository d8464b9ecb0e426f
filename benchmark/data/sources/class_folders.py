"""The user's folder of images, with or without classes, as a data set of images to generate.

The images are in the folders ``train`` and ``test`` (or ``val``), or directly in the folder; then a
tenth of each class is held out, drawn with a fixed seed. There, each subfolder is a class, with all
folders in it; without subfolders there is one class.

Every image is read as in `benchmark.data.image_files`. It becomes RGB, blended with white where it
is transparent, or greyscale. Its shorter edge is scaled to the chosen side (bicubic, antialiased),
and its longer edge is cropped at both ends.
"""

from pathlib import Path

import numpy as np

from benchmark.common.messages import stop
from benchmark.common.paths import expand, expect_reachable, is_folder
from benchmark.common.seeds import stream
from benchmark.config.sources import ImageFolder
from benchmark.data.image_files import is_hidden
from benchmark.data.image_stream import ImageFiles
from benchmark.data.sizes import Counts
from benchmark.data.sources.layouts import (
    check_split_names,
    choose_held_out,
    count_files,
    count_held_out,
    expect_folder,
    find_split_folders,
    list_images,
)
from benchmark.data.splits import SplitArrays, Splits


def load_dataset(block: ImageFolder, *, classes: bool = False) -> Splits:
    """Find the training and the held-out images of a folder; they are read when they are written.

    Exits with one line if there are no images, or if their classes are unclear.

    Args:
        block: the options of the folder in params.yaml.
        classes: whether a classifier will learn the classes.
    """
    path = expand(block.path)
    expect_folder(path)
    folders = find_split_folders(path)
    check_split_names(path, folders, layout="train and test (or val)")
    listed = [list_classes(folder) for folder in folders]
    names = list(dict.fromkeys(label for _, label in listed[0]))
    if len(names) == 1 and names[0]:
        stop(
            f"{folders[0]}: expected two folders of classes or more, or images without folders, got"
            f" the folder {names[0]} alone; add another class, or move its images up"
        )
    if classes and len(names) == 1:
        stop(
            f"{folders[0]}: expected a folder for each class, got images without classes; write"
            " feature_space: inception or dinov2"
        )
    if len(listed) == 1:
        listed = hold_out(path, listed[0])
    elif unknown := sorted({label for _, label in listed[1]} - set(names)):
        stop(
            f"{folders[1]}: expected the classes of {folders[0]}, got"
            f" {unknown[0] or 'images without a class'}; name the folders alike"
        )
    # shuffled, else the first images, which the pages show, are all of one class
    generator = np.random.default_rng(stream(0, "order of images"))
    parts = [[part[place] for place in generator.permutation(len(part))] for part in listed]
    indices = {label: index for index, label in enumerate(names)}
    train, test = (
        SplitArrays(
            ImageFiles([file for file, _ in part], block.side, 1 if block.grey else 3),
            np.array([indices[label] for _, label in part], dtype=np.int64),
        )
        for part in parts
    )
    return train, test


def count_images(block: ImageFolder) -> Counts | None:
    """Count the images of a folder by its files; None where there is no folder or no image."""
    path = expand(block.path)
    counts = [count_files(folder) for folder in find_split_folders(path)]
    return None if 0 in counts else count_held_out(counts)


def has_classes(block: ImageFolder) -> bool:
    """Whether the training images lie in subfolders; also true of a missing or an empty folder."""
    folder = find_split_folders(expand(block.path))[0]
    if not is_folder(folder):
        return True
    with expect_reachable(folder):
        children = [child for child in folder.iterdir() if not is_hidden(child.name)]
        return not children or any(child.is_dir() for child in children)


def list_classes(folder: Path) -> list[tuple[Path, str]]:
    """List the images of a folder, sorted, and the class of each; it is empty without subfolders.

    Exits with one line if there are none, or if some lie beside folders of others.
    """
    images = [(file, file.relative_to(folder).parts[:-1]) for file in list_images(folder)]
    labels = sorted({parts[0] if parts else "" for _, parts in images})
    if labels[0] == "" and len(labels) > 1:
        beside = next(file for file, parts in images if not parts)
        stop(
            f"{beside}: expected images either in folders of classes or without folders, got"
            f" folders such as {labels[1]} beside it; move it into one"
        )
    return [(file, parts[0] if parts else "") for file, parts in images]


def hold_out(path: Path, images: list[tuple[Path, str]]) -> list[list[tuple[Path, str]]]:
    """Split images into training and held-out ones, a tenth of each class but one at least.

    Exits with one line if a class has one image alone.
    """
    parts: list[list[tuple[Path, str]]] = [[], []]
    classes: dict[str, list[tuple[Path, str]]] = {}
    for image in images:
        classes.setdefault(image[1], []).append(image)
    for label, members in classes.items():
        if len(members) < 2:
            stop(
                f"{path / label}: expected 2 images or more, as one is held out, got 1; add images"
            )
        for image, out in zip(members, choose_held_out(len(members), label), strict=True):
            parts[int(out)].append(image)
    return parts
