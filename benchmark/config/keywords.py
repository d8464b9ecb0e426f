"""Check the constructor keywords of variants, and build each variant once."""

import inspect
import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Literal, get_args, get_origin

import torch
from torch.nn.functional import normalize
from torch.overrides import TorchFunctionMode

import gans
from benchmark.common.messages import nearest, summarise_error
from benchmark.config.schema import FROM_DATA, TrackConfig, model_keywords
from benchmark.config.values import show_value

WORDS, LENGTH = ["", "a", "b"], 12  # a small vocabulary and a length of captions, to build on


def find_keyword_mistakes(
    variant: str, place: str, blocks: dict[str, dict[str, Any]], *, is_choice: bool = False
) -> list[str]:
    """Find keywords, by the place of their block, that the constructor of a variant refuses.

    Args:
        variant: its name.
        place: of the variant in params.yaml.
        blocks: place of a block -> keyword -> value.
        is_choice: whether each value is a list of values to try.
    """
    if variant not in gans.files():
        hint = nearest(variant, gans.files())
        return [f"{place}: expected a file gans/*/{variant}.py, got none; {hint}"]
    path = gans.files()[variant].relative_to(gans.ROOT.parent)
    try:
        parameters = inspect.signature(gans.load(variant)).parameters
    except Exception as error:  # a user's file may raise anything
        reason = summarise_error(error)
        if isinstance(error, TypeError) and reason.startswith("expected"):
            return [f"{place}: {reason}"]
        return [
            f"{place}: expected a variant in {path}, got {type(error).__name__}: {reason}; correct"
            " the file"
        ]
    keywords = [keyword for keyword in parameters if keyword not in FROM_DATA]
    problems = []
    for block, values in blocks.items():
        for keyword, value in values.items():
            at = f"{block}.{keyword}"
            if keyword not in keywords:
                problems.append(
                    f"{at}: expected a keyword of {path}, got {keyword};"
                    f" {nearest(str(keyword), keywords)}"
                )
                continue
            parameter = parameters[keyword]
            default = None if parameter.default is parameter.empty else parameter.default
            for choice in value if is_choice else [value]:
                problems += find_value_mistakes(at, choice, parameter.annotation, default)
    return problems


def find_value_mistakes(place: str, value: Any, annotation: Any, default: Any) -> list[str]:
    """Compare a value with the annotation of its keyword; other annotations fit any value.

    Whole numbers are counts and sizes, from 1 on, and other numbers weights and shares, from 0
    on, unless the default is lower.
    """
    low = default if isinstance(default, int | float) else math.inf
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if annotation is bool:
        expected, fits = "true or false", isinstance(value, bool)
    elif annotation is str:
        expected, fits = "text", isinstance(value, str)
    elif annotation is int:
        least = min(1, low)
        expected = f"a whole number of at least {least}"
        fits = is_number and isinstance(value, int) and value >= least
    elif annotation is float:
        least = min(0, low)
        expected = f"a number of at least {least:g}"
        fits = is_number and math.isfinite(value) and value >= least
    elif get_origin(annotation) is Literal:
        choices = get_args(annotation)
        expected, fits = " or ".join(map(str, choices)), value in choices
    elif get_origin(annotation) in (list, tuple, Sequence):
        expected, fits = "a list", isinstance(value, list | tuple) and len(value) > 0
        kind, *others = get_args(annotation)
        if fits and others in ([], [...]):
            return [
                problem
                for number, item in enumerate(value)
                for problem in find_value_mistakes(f"{place}.{number}", item, kind, None)
            ]
    else:
        return []
    if fits:
        return []
    return [f"{place}: expected {expected}, got {show_value(value)}; change the value"]


class SkipInitialisation(TorchFunctionMode):
    """Skip the random initialisation of weights, which large networks spend seconds on."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        keywords = kwargs or {}
        is_initialiser = getattr(func, "__module__", "") == "torch.nn.init"
        if is_initialiser or func in (torch.Tensor.normal_, torch.Tensor.uniform_):
            return args[0] if args else keywords["tensor"]
        if func is torch.linalg.qr:  # of orthogonal initialisation, which takes tall matrices
            matrix = args[0]
            return matrix, matrix[: matrix.shape[1]]
        if func is normalize:  # of the power iterations of spectral normalisation
            return args[0]
        if func in (torch.mv, torch.Tensor.matmul) and args[1].dim() == 1:  # of these, too
            return args[0][:, 0]
        return func(*args, **keywords)


@contextmanager
def without_initialisation() -> Iterator[None]:
    """Build modules whose weights have arbitrary values, and keep the state of random numbers.

    Modules on the meta device would need no memory, but their arithmetic imports the compiler of
    torch, which takes a second.
    """
    with torch.random.fork_rng(devices=[]), SkipInitialisation():
        yield


@cache
def try_build(
    variant: str, shape: tuple[int, ...], source: tuple[int, ...], keywords: str
) -> tuple[tuple[str, ...], Exception | None]:
    """Build a variant with arbitrary weights; return the names of its players, or the error.

    Args:
        variant: its name.
        shape, source: of a sample, and of a source image.
        keywords: of the constructor, as JSON.
    """
    try:
        kind: Any = gans.load(variant)
        parameters = inspect.signature(kind).parameters
        vocabulary = parameters["vocabulary"].annotation if "vocabulary" in parameters else None
        data = {
            "classes": 10,
            "source": source,
            "vocabulary": 10 if vocabulary is int else WORDS,
            "length": LENGTH,
        }
        data = {name: value for name, value in data.items() if name in parameters}
        with without_initialisation():
            built = kind(shape, **data, **json.loads(keywords))
    except Exception as error:  # a user's file may raise anything
        return (), error
    return tuple(built.players()), None


def find_build_mistakes(
    name: str,
    config: TrackConfig,
    dataset: str,
    *,
    shape: tuple[int, ...],
    source: tuple[int, ...],
    is_exact: bool,
) -> list[str]:
    """Find the variants of a track that cannot be built for a data set, or lack a named player.

    Args:
        name: of the track.
        config: its section.
        dataset: its name.
        shape, source: of a sample, and of a source image.
        is_exact: whether the data set has these shapes; if not, variants that cannot be built
            with the defaults of their keywords either are left out.
    """
    problems = []
    for variant, entry in config.variants_of(dataset).items():
        keywords = json.dumps(model_keywords(config.datasets[dataset], entry))
        has_changes = config.datasets[dataset].changes is not None
        place = (
            f"{name}.datasets.{dataset}.changes" if has_changes else f"{name}.variants.{variant}"
        )
        players, error = try_build(variant, shape, source, keywords)
        if error is None:
            problems += [
                f"{place}.players: expected a player of {variant}, got {player};"
                f" {nearest(player, players)}"
                for player in entry.players
                if player not in players
            ]
            continue
        reason = summarise_error(error)
        path = gans.files()[variant].relative_to(gans.ROOT.parent)
        fails_without = try_build(variant, shape, source, "{}")[1] is not None
        if isinstance(error, ValueError) and reason.startswith("expected"):
            problems.append(f"{place}{f' on {dataset}' * fails_without}: {reason}")
        elif not fails_without:
            problems.append(
                f"{place}: expected values of keywords that build {path} for {dataset}, got"
                f" {type(error).__name__}: {reason}; change networks: of {dataset} or model: of"
                f" {variant}"
            )
        elif is_exact and isinstance(error, ValueError):
            problems.append(
                f"{place}: expected a variant that supports {dataset}, got an error: {reason};"
                " leave one of the two out"
            )
        elif is_exact or isinstance(error, TypeError):
            problems.append(
                f"{place}: expected a variant that can be built for {dataset}, got"
                f" {type(error).__name__}: {reason}; correct {path}"
            )
    return problems
