"""Find mistakes in params.yaml: one line each, with the place and the expectation."""

import inspect
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, get_args

import torch
from torch.overrides import TorchFunctionMode

import gans
from benchmark import tracks
from benchmark.common.messages import nearest
from benchmark.config.schema import Params, TrackConfig, model_keywords

# constructor keywords that come from the data
FROM_DATA = ("shape", "classes", "source", "vocabulary", "length")


def explain(item: Any, model: type[Params]) -> str:
    """Turn an error of pydantic into one line: the place, the value, what is expected."""
    where = [str(part) for part in item["loc"]]
    place, given = ".".join(where), json.dumps(item.get("input"), default=str)
    if item["type"] == "extra_forbidden":
        return f"{place}: no such key; {nearest(where[-1], list_keys(where[:-1], model))}"
    if item["type"] == "missing":
        return f"{place}: missing"
    if item["type"] == "model_type":
        return f"{place}: not a block of keys; it takes {', '.join(list_keys(where, model))}"
    if where[-1] == "[key]":
        good = re.sub(r"[^a-z0-9_]+", "_", where[-2].lower()).strip("_")
        return f"{'.'.join(where[:-1])}: a name has only a-z, 0-9 and _; write {good or 'a_name'}"
    if item["type"] == "list_type":
        return f"{place}: {given} is not a list; write [{given if given.isdigit() else '...'}]" + (
            f" or {list(range(int(given)))}" if given.isdigit() and int(given) > 1 else ""
        )
    if item["type"] == "literal_error":
        choices = item["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        return f"{place}: {given} is not one; {nearest(str(item['input']), choices)}"
    message = item["msg"].removeprefix("Input ").removeprefix("Value error, ")
    return f"{place}: {given} {message[0].lower()}{message[1:]}"


def list_keys(where: list[str], model: Any) -> list[str]:
    """List the keys that may stand at a place in the file."""
    for part in where:
        if hasattr(model, "model_fields"):
            model = model.model_fields[part].annotation
            if type(None) in get_args(model):  # an optional section
                (model,) = (kind for kind in get_args(model) if kind is not type(None))
        else:  # dict[Name, Section]
            model = get_args(model)[1]
    return list(model.model_fields)


def find_mistakes(params: Params) -> list[str]:
    """Find mistakes that the schema allows, one line each."""
    problems = []
    for name, config in params.tracks.items():
        problems += find_track_mistakes(name, config)
        problems += find_dataset_mistakes(name, config, params)
        problems += find_clip_mistakes(name, config)
        problems += tracks.load(name).find_mistakes(config, params)
    problems += find_search_mistakes(params)
    problems += find_study_mistakes(params)
    return problems


def find_search_mistakes(params: Params) -> list[str]:
    """Find mistakes in the search for hyperparameters."""
    problems, search, names = [], params.search, tracks.names()
    for key, section in (("samples_seen", search.samples_seen), ("seeds", search.seeds)):
        for name in section.keys() - set(names):
            problems.append(f"search.{key}.{name}: no such track; {nearest(name, names)}")
    for name, track in params.tracks.items():
        search_seeds = range(search.seed, search.seed + search.seeds.get(name, 1))
        problems += [
            f"search.seed: {seed} is a seed of {name}; take one that is on no track"
            for seed in track.seeds
            if seed in search_seeds
        ]
    for variant, choices in search.model.items():
        place = f"search.model.{variant}"
        problems += find_unknown_keywords(variant, place, {place: choices})
    return problems


def find_study_mistakes(params: Params) -> list[str]:
    """Find rows of studies whose data set or variant does not exist.

    A row that is merely not trained, such as that of a track that was taken out, is no mistake.
    """
    datasets = {*params.datasets, *list_builtin_datasets()}
    return [
        f"studies.{name}.rows: {row}: no such row; {nearest(row, params.rows)}"
        for name, study in params.studies.items()
        for row in study.rows
        if row.partition("-")[0] not in datasets or row.partition("-")[2] not in gans.files()
    ]


def list_builtin_datasets() -> set[str]:
    """List the data sets that need no block of their own in params.yaml."""
    return {source for name in tracks.names() for source in tracks.load(name).sources()}


def find_track_mistakes(name: str, config: TrackConfig) -> list[str]:
    """Find mistakes that any track can have."""
    problems = []
    if config.training.logs % config.training.snapshots:
        problems.append(
            f"{name}.training.logs: {config.training.logs} is not a multiple of snapshots"
            f" ({config.training.snapshots}), which are taken when losses are read out"
        )
    for seed in {seed for seed in config.seeds if config.seeds.count(seed) > 1}:
        problems.append(f"{name}.seeds: {seed} stands there twice; each seed once")
    for variant, entry in config.variants.items():
        place = f"{name}.variants.{variant}"
        blocks = {f"{place}.model": entry.model}
        if entry.kind == "controlled":
            for dataset, section in config.datasets.items():
                blocks[f"{name}.datasets.{dataset}.networks"] = section.networks
        problems += find_unknown_keywords(variant, place, blocks)
        if entry.betas and entry.optimizer != "Adam":
            problems.append(f"{place}.betas: {entry.optimizer} takes none; leave the line out")
    return problems


def find_dataset_mistakes(name: str, config: TrackConfig, params: Params) -> list[str]:
    """Find data sets without a source, and names that are taken."""
    problems, track = [], tracks.load(name)
    builtin = list_builtin_datasets()
    for dataset, block in config.datasets.items():
        place, key = f"{name}.datasets.{dataset}", track.user_files(dataset, block)
        elsewhere = [
            other for other, section in params.tracks.items() if dataset in section.datasets
        ]
        if key and (dataset in builtin or len(elsewhere) > 1):
            problems.append(f"{place}.{key}: {dataset} is a data set already; take another name")
        elif not key and dataset not in track.sources() and not track.custom_source(dataset, block):
            keys = [key for key in ("folder", "file") if key in type(block).model_fields]
            hint = f", or give it a {keys[0]}:" if keys else ""
            nearby = nearest(dataset, list(track.sources()))
            problems.append(f"{place}: no such data set; {nearby}{hint}")
        elif elsewhere[0] != name:
            problems.append(f"{place}: {dataset} is in the track {elsewhere[0]} already")
    return problems


def find_clip_mistakes(name: str, config: TrackConfig) -> list[str]:
    """Find variants and feature spaces of clips on tracks without clips."""
    if tracks.load(name).makes_clips:
        return []
    problems = [
        f"{name}.variants.{variant}: makes clips; put it under video, or leave it out"
        for variant in gans.files().keys() & config.variants
        if gans.family(variant) == "video"
    ]
    return problems + [
        f"{name}.datasets.{dataset}.feature_space: i3d sees clips; leave the line out"
        for dataset, block in config.datasets.items()
        if block.feature_space == "i3d"
    ]


class SkipInitialisation(TorchFunctionMode):
    """Skip the initialisation of weights."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        # initialising meta tensors would import the compiler, which takes seconds
        return args[0] if func is torch.Tensor.normal_ else func(*args, **(kwargs or {}))


@contextmanager
def without_weights() -> Iterator[None]:
    """Build modules with shapes but without weights inside the block."""
    with torch.device("meta"), SkipInitialisation():
        yield


def find_misfitting_variants(
    name: str, config: TrackConfig, dataset: str, shape: tuple[int, ...], source: tuple[int, ...]
) -> list[str]:
    """Find the variants of a track that do not support the shapes of a data set."""
    problems = []
    for variant, entry in config.variants.items():
        try:
            kind: Any = gans.load(variant)
            with without_weights():
                kind(shape, source=source, **model_keywords(config.datasets[dataset], entry))
        except ValueError as error:
            problems.append(f"{name}.variants.{variant}: {dataset} does not fit: {error}")
        except Exception:  # variants that cannot be loaded are reported elsewhere
            continue
    return problems


def find_unknown_keywords(variant: str, place: str, blocks: dict[str, dict[str, Any]]) -> list[str]:
    """Find keywords in blocks, by place, that the constructor of a variant lacks."""
    if variant not in gans.files():
        return [f"{place}: there is no gans/*/{variant}.py; {nearest(variant, gans.files())}"]
    path = gans.files()[variant].relative_to(gans.ROOT.parent)
    try:
        signature = inspect.signature(gans.load(variant))
    except Exception as error:  # a user's file may raise anything
        return [f"{place}: {path} cannot be loaded: {type(error).__name__}: {error}"]
    keywords_taken = [keyword for keyword in signature.parameters if keyword not in FROM_DATA]
    return [
        f"{block}.{keyword}: {path} takes no such keyword; {nearest(keyword, keywords_taken)}"
        for block, keywords in blocks.items()
        for keyword in keywords
        if keyword not in keywords_taken
    ]
