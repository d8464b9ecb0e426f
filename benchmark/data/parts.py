"""The parts of a data set: disjoint but for ``reference``, and each for one use.

- ``train``: what variants learn from, and what the scores of images and text compare with;
- ``reference``, of a subset of a data set: all samples to train on of that data set, ``train``
  among them. Published scores compare with these, so that subsets of all sizes have one scale and
  copies of ``train`` score no better; scores of memorisation compare with ``train``;
- ``validation``: what the search for settings is scored on;
- ``extractor``: what the networks of a feature space learn from, where a stage trains these: such a
  network knows its own training samples too well to compare others with them;
- ``test``: what is held out to the end: a reference row, and the inputs and the truth of pairs.

A source gives samples to train on and held-out ones. The others are taken from those to train on,
with equal shares of each class. The choice depends on the labels only: all data sets that are made
from scikit-learn's digits, in their order, have the same digits in the same part.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from benchmark.common.seeds import stream
from benchmark.data import sizes
from benchmark.data.sizes import count_parts
from benchmark.data.splits import SplitArrays, Splits, StreamedArray, delete_split, save_split


class Parts(NamedTuple):
    """The parts of a data set.

    Attributes:
        train, validation, test: see above.
        extractor: None if no network is trained on samples of the data set.
        reference: None if scores compare with ``train``.
        oracle: weights of the network that drew the sentences, if any.
    """

    train: SplitArrays
    validation: SplitArrays
    test: SplitArrays
    extractor: SplitArrays | None = None
    reference: SplitArrays | None = None
    oracle: Mapping[str, np.ndarray] | None = None


def divide(splits: Parts | Splits, *, trains_extractor: bool, seed: int = 0) -> Parts:
    """Divide what a source made; parts that it has made itself stay, but for ``extractor``.

    Args:
        splits: `Parts`; or train and test.
        trains_extractor: whether a network of the feature space is trained on the data set.
        seed: of the choice.
    """
    if isinstance(splits, Parts):
        return splits if trains_extractor else splits._replace(extractor=None)
    train, test = splits

    def choose(labels: np.ndarray, least: int = 0) -> list[np.ndarray]:
        counts = count_parts(len(labels), trains_extractor=trains_extractor)
        return choose_rows(labels, [max(count, least) for count in counts], seed)

    rows = choose(train.labels) if train.groups is None else choose_groups(train, choose)
    conditions: Sequence[np.ndarray | None] = rows
    if train.condition is None:
        conditions = [None] * len(rows)
    elif train.paired is False:
        conditions = choose(np.zeros(len(train.condition)))
    chosen = [
        select(train, samples, inputs) for samples, inputs in zip(rows, conditions, strict=True)
    ]
    return Parts(chosen[0], chosen[1], test, chosen[2] if trains_extractor else None)


def choose_groups(
    train: SplitArrays, choose: Callable[[np.ndarray, int], list[np.ndarray]]
) -> list[np.ndarray]:
    """Choose the rows of whole groups, of one or more for each part.

    With too few groups for that, samples are chosen, and a note says so.

    Args:
        train: with groups; a group has the class of its first sample.
        choose: of labels and the least number for a part, the indices of each part.
    """
    assert train.groups is not None  # callers check it
    _, first, members = np.unique(train.groups, return_index=True, return_inverse=True)
    if len(first) <= 2:
        print(
            "note: all parts have samples of the same pictures; three pictures or more are needed"
        )
        return choose(train.labels, 0)
    parts = choose(train.labels[first], 1)
    return [np.flatnonzero(np.isin(members, part)) for part in parts]


def find_bad_part(parts: Parts) -> str | None:
    """Find a part that cannot serve its use; a message without its place, or None."""
    used = [part for part in (parts.train, parts.validation, parts.extractor) if part is not None]
    count = sum(len(part.images) for part in used)
    if sizes.VALIDATION[1] and not all(len(part.images) for part in used):
        return (
            f"expected {sizes.VALIDATION[0]} samples or more that are not held out, got {count};"
            " add samples"
        )
    if parts.extractor is None or parts.extractor.classifier_targets is not None:
        return None
    classes, learnt = (len(np.unique(part.labels)) for part in (parts.train, parts.extractor))
    if learnt == 1 < classes:
        return (
            f"expected samples of all {classes} classes to train the classifier on, got those of"
            " one; add samples of the others"
        )
    return None


def choose_rows(labels: np.ndarray, sizes: Sequence[int], seed: int = 0) -> list[np.ndarray]:
    """Choose rows at random, with equal shares of each class.

    Args:
        labels: classes, ``(n,)``.
        sizes: of the parts to choose.
        seed: of the choice.

    Returns:
        The indices of the rest and of each part, ascending.
    """
    rest = np.random.default_rng(stream(seed, "parts")).permutation(len(labels))
    rest = rest[np.argsort(labels[rest], kind="stable")]
    parts = []
    for size in sizes:
        # evenly spaced in the order of classes
        places = (2 * np.arange(size) + 1) * len(rest) // max(2 * size, 1)
        parts.append(np.sort(rest[places]))
        rest = np.delete(rest, places)
    return [np.sort(rest), *parts]


def select(
    arrays: SplitArrays, rows: np.ndarray, conditions: np.ndarray | None = None
) -> SplitArrays:
    """Select samples by their indices, and conditions by theirs; a vocabulary stays whole."""
    chosen = {
        "condition": conditions,
        **dict.fromkeys(("images", "labels", "classifier_inputs", "classifier_targets"), rows),
    }
    values = {name: getattr(arrays, name) for name in vars(arrays)} | {"groups": None}
    for name, index in chosen.items():
        if (value := values[name]) is not None and index is not None:
            is_streamed = isinstance(value, StreamedArray)
            values[name] = value.select(index) if is_streamed else value[index]
    return SplitArrays(**values)


def save_parts(dataset: str, parts: Parts) -> None:
    """Write the parts of a data set, and delete earlier ones that it no longer has."""
    for name, arrays in parts._asdict().items():
        delete_split(dataset, name)
        if arrays is not None:
            save_split(dataset, name, arrays)


def name_parts(parts: Parts) -> dict[str, Any]:
    """Map the names of the parts that there are to their arrays."""
    return {name: part for name, part in parts._asdict().items() if part is not None}
