"""Mistakes in the section of the translation track."""

import inspect

import gans
from benchmark.config.schema import TrackConfig
from benchmark.config.sources import Folder
from benchmark.data.sources import translation
from benchmark.data.sources.downloads import ARCHIVES, Translation
from benchmark.tracks.translation.schema import TranslationDataset


def find_mistakes(config: TrackConfig) -> list[str]:
    """Find mistakes in folders of images, and variants that cannot be trained on them."""
    problems = []
    for name, dataset in config.datasets.items():
        assert isinstance(dataset, TranslationDataset)
        place, archive, folder = f"translation.datasets.{name}", ARCHIVES.get(name), dataset.folder
        if folder and not archive and name in translation.SOURCES:
            continue  # a taken name is reported elsewhere
        if archive:
            paired: bool | None = archive.paired
        elif folder:
            paired = folder.paired
        else:
            continue
        if folder:
            problems += find_folder_mistakes(name, f"{place}.folder", folder, archive)
        if dataset.feature_space == "classifier":
            problems.append(
                f"{place}.feature_space: expected a feature space without classes, as a folder has"
                " none, got classifier; write inception or dinov2"
            )
        for variant in config.variants:
            problems += find_variant_mistakes(variant, name, paired, dataset.perceptual)
    return problems


def find_folder_mistakes(
    name: str, place: str, folder: Folder, archive: Translation | None
) -> list[str]:
    """Find keys of a folder that are missing, superfluous or contradictory."""
    problems = []
    for key in ("path", "paired"):
        given = getattr(folder, key) is not None
        if archive and given:
            problems.append(
                f"{place}.{key}: expected no such key for {name}, which is downloaded, got"
                f" {getattr(folder, key)}; leave the line out, or give your folder another name"
            )
        if not archive and not given:
            problems.append(f"{place}.{key}: expected this key, got none; add it")
    paired = archive.paired if archive else folder.paired
    sides = folder.target in ("left", "right")
    if archive and folder.target and sides != archive.paired:
        right = "left or right" if archive.paired else "A or B"
        problems.append(
            f"{place}.target: expected a target of {name}, got {folder.target}; write {right}"
        )
    elif sides and paired is False:
        problems.append(
            f"{place}.target: expected A or B for images without pairs, got {folder.target}; write"
            " one of these, or paired: true"
        )
    return problems


def find_variant_mistakes(
    variant: str, dataset: str, paired: bool | None, perceptual: str
) -> list[str]:
    """Find reasons why a variant cannot be trained on a folder of images.

    Variants that cannot be loaded are reported elsewhere.
    """
    place = f"translation.variants.{variant}"
    try:
        kind = gans.load(variant)
    except Exception:
        return []
    if paired is False and getattr(kind, "paired", False):
        return [
            f"{place}: expected pairs of images, got {dataset} without pairs; leave one of the two"
            " out"
        ]
    if getattr(kind, "needs_perceptual_layers", False) and perceptual == "classifier":
        return [
            f"{place}: expected a network that compares images, got {dataset} without classes to"
            " train one on; write perceptual: vgg19 there, or leave one of the two out"
        ]
    if "classes" in inspect.signature(kind).parameters:
        return [
            f"{place}: expected classes, got {dataset} without classes; leave one of the two out"
        ]
    return []
