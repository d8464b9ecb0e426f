"""What is wrong with params.yaml: one line each, with the place and what would be right."""

import inspect
import json
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, get_args
from unittest.mock import patch

import torch

import gans
from benchmark.common.messages import nearest
from benchmark.config import (
    Folder,
    Params,
    Search,
    SuperresolutionTrack,
    TextToImageTrack,
    TextTrack,
    TrackConfig,
    TranslationTrack,
    model_keywords,
)
from benchmark.data.sources import SOURCES
from benchmark.data.sources.domains import DOMAINS
from benchmark.data.sources.downloads import ARCHIVES, Translation
from benchmark.data.sources.translation import SIDE

# the data sets that each track can have
KNOWN: dict[str, Collection[str]] = SOURCES | {"translation": [*SOURCES["translation"], *ARCHIVES]}
# keywords of constructors that no file gives
FROM_DATA = ("shape", "classes", "source", "vocabulary", "length")


def explain(item: Any) -> str:
    """One error of pydantic as one line: the place, what stands there, what would be right."""
    where = [str(part) for part in item["loc"]]
    place, given = ".".join(where), json.dumps(item.get("input"), default=str)
    if item["type"] == "extra_forbidden":
        return f"{place}: no such key; {nearest(where[-1], _known_keys(where[:-1]))}"
    if item["type"] == "missing":
        return f"{place}: missing"
    if item["type"] == "model_type":
        return f"{place}: not a block of keys; it takes {', '.join(_known_keys(where))}"
    if where[-1] == "[key]":
        good = re.sub(r"[^a-z0-9_]+", "_", where[-2].lower()).strip("_")
        return f"{'.'.join(where[:-1])}: a name has only a-z, 0-9 and _; write {good or 'a_name'}"
    if item["type"] == "list_type":
        return f"{place}: {given} is not a list; write [{given if given.isdigit() else '...'}]" + (
            f" or {list(range(int(given)))}" if given.isdigit() and int(given) > 1 else ""
        )
    if item["type"] == "literal_error":
        known = item["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        return f"{place}: {given} is not one; {nearest(str(item['input']), known)}"
    message = item["msg"].removeprefix("Input ").removeprefix("Value error, ")
    return f"{place}: {given} {message[0].lower()}{message[1:]}"


def _known_keys(where: list[str]) -> list[str]:
    """The keys that may stand at a place in the file."""
    model: Any = Params
    for part in where:
        if hasattr(model, "model_fields"):
            model = model.model_fields[part].annotation
            if type(None) in get_args(model):  # a section that may be left out
                (model,) = (kind for kind in get_args(model) if kind is not type(None))
        else:  # dict[Name, Section]
            model = get_args(model)[1]
    return list(model.model_fields)


def misfits(params: Params) -> list[str]:
    """What each section allows but the code behind it does not, a line each."""
    problems = []
    for name, track in params.tracks.items():
        problems += _unfit_board(name, track)
    if params.translation:
        problems += _unfit_folders(params.translation)
    if params.domains:
        side, known = (SIDE, SIDE), 3 + 2 * len(DOMAINS)
        for dataset in SOURCES["domains"].keys() & params.domains.datasets:
            problems += _misshapen("domains", params.domains, dataset, (3, *side), (known, *side))
    if params.superresolution:
        problems += _unfit_photographs(params.superresolution, params.translation)
    if params.text_to_image:
        others = [track for track in (params.translation, params.superresolution) if track]
        taken = [*KNOWN.values(), *(track.datasets for track in others)]
        problems += _unfit_captions(params.text_to_image, taken)
    problems += _unfit_clips(params)
    if params.text:
        problems += _unfit_text(params.text, params.tracks)
    problems += _unfit_search(params)
    return problems


def _unfit_search(params: Params) -> list[str]:
    """What is wrong with the search for hyperparameters."""
    problems, search, known = [], params.search, Search().samples_seen
    for key, tracks in (("samples_seen", search.samples_seen), ("seeds", search.seeds)):
        for name in tracks.keys() - known:
            problems.append(f"search.{key}.{name}: no such track; {nearest(name, known)}")
    for name, track in params.tracks.items():
        tried = range(search.seed, search.seed + search.seeds.get(name, 1))
        problems += [
            f"search.seed: {seed} is a seed of {name}; take one that is on no track"
            for seed in track.seeds
            if seed in tried
        ]
    for variant, choices in search.model.items():
        place = f"search.model.{variant}"
        problems += _unknown_keywords(variant, place, {place: choices})
    return problems


def _unfit_board(name: str, track: TrackConfig) -> list[str]:
    """What is wrong with a track whatever its kind."""
    problems = []
    if track.training.logs % track.training.snapshots:
        problems.append(
            f"{name}.training.logs: {track.training.logs} is not a multiple of snapshots"
            f" ({track.training.snapshots}), which are taken when losses are read out"
        )
    for seed in {seed for seed in track.seeds if track.seeds.count(seed) > 1}:
        problems.append(f"{name}.seeds: {seed} stands there twice; each seed once")
    for dataset, own in track.datasets.items():
        made = [key for key in ("folder", "file", "oracle") if key in type(own).model_fields]
        if dataset not in KNOWN[name] and not any(getattr(own, key) for key in made):
            hint = f", or give it a {made[0]}:" if made else ""
            problems.append(
                f"{name}.datasets.{dataset}: no such data set;"
                f" {nearest(dataset, KNOWN[name])}{hint}"
            )
    for variant, entry in track.variants.items():
        place = f"{name}.variants.{variant}"
        blocks = {f"{place}.model": entry.model}
        if entry.kind == "controlled":
            for dataset, own in track.datasets.items():
                blocks[f"{name}.datasets.{dataset}.networks"] = own.networks
        problems += _unknown_keywords(variant, place, blocks)
        if entry.betas and entry.optimizer != "Adam":
            problems.append(f"{place}.betas: {entry.optimizer} takes none; leave the line out")
    return problems


def _unfit_folders(track: TranslationTrack) -> list[str]:
    """What is wrong with folders of images, and with what is to be done with these."""
    problems = []
    for name, own in track.datasets.items():
        place, archive, folder = f"translation.datasets.{name}", ARCHIVES.get(name), own.folder
        if not archive and folder and any(name in known for known in KNOWN.values()):
            problems.append(f"{place}.folder: {name} is a data set already; take another name")
            continue
        if archive:
            paired: bool | None = archive.paired
        elif folder:
            paired = folder.paired
        else:
            continue
        if folder:
            problems += _unfit_folder(name, f"{place}.folder", folder, archive)
        if own.feature_space == "classifier":
            problems.append(
                f"{place}.feature_space: a folder has no classes to train a classifier on; write"
                " inception or dinov2"
            )
        for variant in track.variants:
            problems += _unfit_variant(variant, name, paired, own.perceptual)
    return problems


def _unfit_folder(name: str, place: str, folder: Folder, archive: Translation | None) -> list[str]:
    """Keys of a folder that are missing, too many, or at odds with each other."""
    problems = []
    for key in ("path", "paired"):
        given = getattr(folder, key) is not None
        if archive and given:
            problems.append(
                f"{place}.{key}: {name} is downloaded; leave the line out, or give your folder"
                " another name"
            )
        if not archive and not given:
            problems.append(f"{place}.{key}: missing")
    paired = archive.paired if archive else folder.paired
    sides = folder.target in ("left", "right")
    if archive and folder.target and sides != archive.paired:
        right = "left or right" if archive.paired else "A or B"
        problems.append(f"{place}.target: {name} has no {folder.target}; write {right}")
    elif sides and paired is False:
        problems.append(
            f"{place}.target: two images side by side are a pair; write paired: true, or A or B"
            " for two folders"
        )
    return problems


def _unfit_variant(variant: str, dataset: str, paired: bool | None, perceptual: str) -> list[str]:
    """Why a variant cannot be trained on a folder of images, if so; what cannot be loaded is told
    elsewhere."""
    place = f"translation.variants.{variant}"
    try:
        kind = gans.load(variant)
    except Exception:
        return []
    if paired is False and getattr(kind, "paired", False):
        return [f"{place}: learns from pairs, and {dataset} has none; leave one of the two out"]
    if getattr(kind, "needs_perceptual_layers", False) and perceptual == "classifier":
        return [
            f"{place}: compares images by a network, and {dataset} has no classes to train one on;"
            " write perceptual: vgg19 there, or leave one of the two out"
        ]
    if "classes" in inspect.signature(kind).parameters:
        return [f"{place}: needs classes, and {dataset} has none; leave one of the two out"]
    return []


def _unfit_clips(params: Params) -> list[str]:
    """Variants of clips among those of images or the other way round, and what clips lack."""
    problems = []
    for name, track in params.tracks.items():
        for variant in gans.files().keys() & track.variants:
            place, family = f"{name}.variants.{variant}", gans.family(variant)
            if family == "video" and name != "video":
                problems.append(f"{place}: makes clips; put it under video, or leave it out")
            if name == "video" and family in ("translation", "superresolution"):
                problems.append(f"{place}: makes images of images, not clips; leave it out")
        if name != "video":
            problems += [
                f"{name}.datasets.{dataset}.feature_space: i3d sees clips; leave the line out"
                for dataset, own in track.datasets.items()
                if own.feature_space == "i3d"
            ]
    if params.video and params.video.training.channels_last:
        problems.append("video.training.channels_last: true is for images; leave the line out")
    for name, own in params.video.datasets.items() if params.video else ():
        if own.feature_space not in ("classifier", "i3d"):
            problems.append(
                f"video.datasets.{name}.feature_space: {own.feature_space} sees images, not clips;"
                " leave the line out, or write i3d"
            )
    return problems


def _unfit_photographs(track: SuperresolutionTrack, other: TranslationTrack | None) -> list[str]:
    """What is wrong with folders of photographs, and why variants cannot enlarge these, if so."""
    taken = [*KNOWN.values(), other.datasets if other else ()]
    problems = []
    for name, own in track.datasets.items():
        place, folder = f"superresolution.datasets.{name}.folder", own.folder
        if folder is None:
            continue
        if any(name in names for names in taken):
            problems.append(f"{place}: {name} is a data set already; take another name")
            continue
        if folder.side % folder.scale:
            problems.append(
                f"{place}.side: {folder.side} is not a multiple of scale ({folder.scale}); write 96"
            )
            continue
        shape, small = (3, folder.side, folder.side), folder.side // folder.scale
        problems += _misshapen("superresolution", track, name, shape, (3, small, small))
    return problems


def _unfit_captions(track: TextToImageTrack, taken: Collection[Collection[str]]) -> list[str]:
    """What is wrong with folders of images with captions.

    Args:
        track: that they are on.
        taken: names of the other data sets.
    """
    problems = []
    for name, own in track.datasets.items():
        place = f"text_to_image.datasets.{name}"
        if own.folder and any(name in names for names in taken):
            problems.append(f"{place}.folder: {name} is a data set already; take another name")
        elif own.folder and own.folder.captions and own.feature_space == "classifier":
            problems.append(
                f"{place}.feature_space: a list of captions has no classes to train a classifier"
                " on; write inception or dinov2"
            )
    return problems


def _unfit_text(track: TextTrack, tracks: dict[str, TrackConfig]) -> list[str]:
    """What is wrong with files of text and oracles, and variants that cannot be made for these."""
    problems = []
    taken = [*KNOWN.values(), *(own.datasets for own in tracks.values() if own is not track)]
    for name, own in track.datasets.items():
        place = f"text.datasets.{name}"
        if own.file and own.oracle:
            problems.append(f"{place}: a file and an oracle; leave one of the two out")
        if own.file and any(name in names for names in taken):
            problems.append(f"{place}.file: {name} is a data set already; take another name")
        elif own.oracle and name != "oracle" and any(name in names for names in taken):
            problems.append(f"{place}.oracle: {name} is a data set already; take another name")
        for variant, entry in track.variants.items():
            try:
                kind: Any = gans.load(variant)
                with weightless():
                    kind((12,), vocabulary=10, **model_keywords(own, entry))
            except ValueError as error:
                problems.append(f"text.variants.{variant}: {error}")
            except Exception:  # what cannot be loaded is told elsewhere
                continue
    return problems


@contextmanager
def weightless() -> Iterator[None]:
    """Modules made meanwhile have shapes, but no weights."""
    # drawing weights that are not there would import the compiler, which takes seconds
    undrawn = patch.object(torch.Tensor, "normal_", lambda tensor, *_, **__: tensor)
    with torch.device("meta"), undrawn:
        yield


def _misshapen(
    name: str, track: TrackConfig, dataset: str, shape: tuple[int, ...], source: tuple[int, ...]
) -> list[str]:
    """Variants of a track that refuse the shapes of a data set, and why."""
    problems = []
    for variant, entry in track.variants.items():
        try:
            kind: Any = gans.load(variant)
            with weightless():
                kind(shape, source=source, **model_keywords(track.datasets[dataset], entry))
        except ValueError as error:
            problems.append(f"{name}.variants.{variant}: {dataset} does not fit: {error}")
        except Exception:  # what cannot be loaded is told elsewhere
            continue
    return problems


def _unknown_keywords(variant: str, place: str, blocks: dict[str, dict[str, Any]]) -> list[str]:
    """Keywords in blocks, by their places, that the constructor of a variant does not take."""
    if variant not in gans.files():
        return [f"{place}: there is no gans/*/{variant}.py; {nearest(variant, gans.files())}"]
    path = gans.files()[variant].relative_to(gans.ROOT.parent)
    try:
        signature = inspect.signature(gans.load(variant))
    except Exception as error:  # the file is the user's: whatever it raises is to be shown
        return [f"{place}: {path} cannot be loaded: {type(error).__name__}: {error}"]
    known = [keyword for keyword in signature.parameters if keyword not in FROM_DATA]
    return [
        f"{block}.{keyword}: {path} takes no such keyword; {nearest(keyword, known)}"
        for block, keywords in blocks.items()
        for keyword in keywords
        if keyword not in known
    ]
