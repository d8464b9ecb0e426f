"""Find mistakes in params.yaml: one line each, with the place and the expectation."""

import re
from difflib import get_close_matches
from typing import Any, get_args

import gans
from benchmark import tracks
from benchmark.common.messages import nearest
from benchmark.config.entries import find_change_mistakes, find_entry_mistakes
from benchmark.config.keywords import find_build_mistakes, find_keyword_mistakes
from benchmark.config.schema import Params, TrackConfig
from benchmark.config.types import Section
from benchmark.config.values import show_value

MAX_SEEDS = 10  # that the advice for a number in place of a list writes out
# former keys, and what to write instead
REPLACED = {
    "training.average": "write half_life, as a share of the budget, such as 0.03",
    "search.samples_seen": "write share, of the budget, such as 0.25",
    "search.trials": "write betas_per_lr, the pairs of betas for each learning rate, such as 2",
}


def explain(item: Any, model: type[Section]) -> str:
    """Turn an error of pydantic into one line: the place, what is expected, the value, a hint."""
    where = [str(part) for part in item["loc"]]
    place, given = ".".join(where) or "the file", show_value(item.get("input"))
    if item["type"] == "extra_forbidden":
        hint = REPLACED.get(".".join(where[-2:])) or nearest(
            where[-1], list_keys(where[:-1], model)
        )
        return f"{place}: expected a key of this block, got {where[-1]}; {hint}"
    if item["type"] == "missing":
        return f"{place}: expected this key, got none; add it"
    if item["type"] == "model_type":
        keys = ", ".join(list_keys(where, model))
        return f"{place}: expected a block of keys, got {given}; choose from {keys}"
    if item["type"] == "dict_type":
        return f"{place}: expected a block of keys, got {given}; write one, or leave the line out"
    if item["type"] == "value_error":  # of a validator of ours
        return f"{place}: {item['ctx']['error']}"
    if where[-1] == "[key]":
        good = re.sub(r"[^a-z0-9_]+", "_", where[-2].lower()).strip("_").lstrip("0123456789_")
        return (
            f"{'.'.join(where[:-1])}: expected a name of a-z, 0-9 and _, got {where[-2]}; write"
            f" {good or 'a_name'}"
        )
    if item["type"] == "list_type":
        hint = f"write [{given if given.isdigit() else '...'}]"
        if given.isdigit() and 1 < int(given) <= MAX_SEEDS:
            hint += f" or {list(range(int(given)))}"
        return f"{place}: expected a list, got {given}; {hint}"
    if item["type"] == "literal_error":
        expected = item["ctx"]["expected"].replace("'", "")
        close = get_close_matches(str(item["input"]), re.split(", | or ", expected), n=1)
        hint = f"did you mean {close[0]}?" if close else "write one of these"
        return f"{place}: expected {expected}, got {given}; {hint}"
    return f"{place}: expected {describe_expectation(item['msg'])}, got {given}; change the value"


def describe_expectation(message: str) -> str:
    """Describe what a message of pydantic says that the input should be or have."""
    parts = re.fullmatch(r"(\w+) should (be|have) (.+?)(,.*| after .*)?", message)
    if parts is None:
        return f"another value ({message})"
    kind, verb, expected, _ = parts.groups()
    if expected.startswith(("greater", "less")):
        return f"a number {expected}"
    return expected if verb == "be" else f"a {kind.lower()} of {expected}"


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
        problems += find_track_mistakes(name, config, params)
        problems += find_entry_mistakes(name, config)
        problems += find_change_mistakes(name, config)
        problems += find_dataset_mistakes(name, config, params)
        problems += find_clip_mistakes(name, config)
        problems += tracks.load(name).find_mistakes(config, params)
    problems += find_search_mistakes(params)
    problems += find_study_mistakes(params)
    if not params.tracks:
        problems.append(
            "datasets: expected a data set in one track or more, got none; add one under datasets:"
            f" of {' or '.join(tracks.names())}"
        )
    return problems or [*find_small_datasets(params), *find_misfitting_variants(params)]


def find_small_datasets(params: Params) -> list[str]:
    """Find data sets that are too small for the batches and the metrics of their track."""
    problems = []
    for name, config in params.tracks.items():
        track = tracks.load(name)
        for dataset, block in config.datasets.items():
            counts = track.count_samples(dataset, block)
            if counts is not None:
                place = f"{name}.datasets.{dataset}"
                problems += [
                    f"{place}: {problem}"
                    for problem in track.find_size_mistakes(counts, config.for_dataset(dataset))
                ]
    return problems


def find_misfitting_variants(params: Params) -> list[str]:
    """Find variants that cannot be built for a data set; their keywords are right one by one."""
    problems = []
    for name, config in params.tracks.items():
        for dataset, block in config.datasets.items():
            shapes = tracks.load(name).sample_shapes(dataset, block)
            problems += find_build_mistakes(name, config, dataset, **shapes._asdict())
    return list(dict.fromkeys(problems))


def list_seeds(config: TrackConfig) -> dict[str, list[int]]:
    """List the seeds of a track and those of its data sets; place in its section -> seeds."""
    places = {f".datasets.{name}.seeds": block.seeds for name, block in config.datasets.items()}
    return {".seeds": config.seeds} | {place: seeds for place, seeds in places.items() if seeds}


def find_search_mistakes(params: Params) -> list[str]:
    """Find mistakes in the search for hyperparameters."""
    problems, search = [], params.search
    search_seeds = range(search.seed, search.seed + search.seeds)
    for name, track in params.tracks.items():
        problems += [
            f"search.seed: expected a seed of no track, got {seed} of {name}; choose another"
            for seed in {seed for seeds in list_seeds(track).values() for seed in seeds}
            if seed in search_seeds
        ]
    for variant, choices in search.model.items():
        place = f"search.model.{variant}"
        problems += find_keyword_mistakes(variant, place, {place: choices}, is_choice=True)
    return problems


def find_study_mistakes(params: Params) -> list[str]:
    """Find rows of studies, ``films`` and ``long_runs`` whose data set or variant does not exist.

    A row that is merely not trained, such as that of a track that was taken out, is no mistake.
    """
    datasets = {*params.datasets, *list_builtin_datasets()}
    places = {f"studies.{name}.rows": study.rows for name, study in params.studies.items()}
    places |= {"films": params.films, "long_runs.rows": params.long_runs.rows}
    return [
        f"{place}: expected a row, got {row}; {nearest(row, params.rows)}"
        for place, rows in places.items()
        for row in rows
        if row.partition("-")[0] not in datasets or row.partition("-")[2] not in gans.files()
    ]


def list_builtin_datasets() -> set[str]:
    """List the data sets that need no block of their own in params.yaml."""
    return {source for name in tracks.names() for source in tracks.load(name).sources()}


def find_track_mistakes(name: str, config: TrackConfig, params: Params) -> list[str]:
    """Find mistakes that any track can have."""
    sections = [key for key, section in params if isinstance(section, TrackConfig)]
    problems, others = [], [track for track in sections if track != name]
    if config.variants_from is not None and config.variants_from not in others:
        problems.append(
            f"{name}.variants_from: expected another track of this file, got"
            f" {config.variants_from}; {nearest(config.variants_from, others)}"
        )
    logs, snapshots = config.training.logs, config.training.snapshots
    if logs % snapshots:
        problems.append(
            f"{name}.training.logs: expected a multiple of snapshots ({snapshots}), got {logs};"
            f" write {-(-logs // snapshots) * snapshots}"
        )
    problems += [
        f"{name}{place}: expected each seed once, got {seed} twice; remove one"
        for place, seeds in list_seeds(config).items()
        for seed in sorted({seed for seed in seeds if seeds.count(seed) > 1})
    ]
    return problems


def find_dataset_mistakes(name: str, config: TrackConfig, params: Params) -> list[str]:
    """Find data sets without a source or without variants, and names that are taken."""
    problems, track = [], tracks.load(name)
    builtin = list_builtin_datasets()
    for dataset, block in config.datasets.items():
        optional = block.optional if isinstance(block.optional, list) else []
        problems += [
            f"{name}.datasets.{dataset}.{key}: expected a variant of {name}, got {variant};"
            f" {nearest(variant, config.variants)}"
            for key, variants in (
                ("without", block.without),
                ("only", block.only or ()),
                ("optional", optional),
            )
            for variant in variants
            if variant not in config.variants
        ]
        if {*config.variants} <= {*block.without}:
            problems.append(
                f"{name}.datasets.{dataset}.without: expected a variant of {name} or more to stay,"
                " got all of them; remove one from this list, or delete the data set"
            )
        else:
            left_out = {*config.variants} - {*config.variants_of(dataset)}
            problems += [
                f"{name}.datasets.{dataset}.optional: expected a variant of this leaderboard, got"
                f" {variant}; remove it from this list"
                for variant in optional
                if variant in left_out
            ]
        place, key = f"{name}.datasets.{dataset}", track.user_files(dataset, block)
        elsewhere = [
            other for other, section in params.tracks.items() if dataset in section.datasets
        ]
        if key and (dataset in builtin or len(elsewhere) > 1):
            problems.append(
                f"{place}.{key}: expected a new name, got {dataset} of another data set; choose"
                " another name"
            )
        elif not key and dataset not in track.sources() and not track.custom_source(dataset, block):
            keys = [key for key in ("folder", "file") if key in type(block).model_fields]
            hint = f", or give it a {keys[0]}:" if keys else ""
            nearby = nearest(dataset, list(track.sources()))
            problems.append(f"{place}: expected a data set, got {dataset}; {nearby}{hint}")
        elif elsewhere[0] != name:
            problems.append(
                f"{place}: expected a data set of one track, got one of {elsewhere[0]} too; leave"
                " one of the two out"
            )
    return problems


def find_clip_mistakes(name: str, config: TrackConfig) -> list[str]:
    """Find variants and feature spaces of clips on tracks without clips."""
    if tracks.load(name).makes_clips:
        return []
    problems = [
        f"{name}.variants.{variant}: expected a variant without clips, got one that makes clips;"
        " put it under video, or leave it out"
        for variant in gans.files().keys() & config.variants
        if gans.family(variant) == "video"
    ]
    return problems + [
        f"{name}.datasets.{dataset}.feature_space: expected a feature space of images, got i3d,"
        " which is for clips; leave the line out"
        for dataset, block in config.datasets.items()
        if block.feature_space == "i3d"
    ]
