"""The splits of a prepared data set: saved, loaded, or mapped from the disk.

Each array of a split is one file, data/<dataset>/<split>/<array>.npy. `benchmark.data.parts` names
the splits; where an oracle drew the sentences, its weights are the arrays of ``oracle``. Whole
photographs, of which the images of a split are patches, are the arrays of one photographs.npz.
"""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, BinaryIO, Literal, Protocol, runtime_checkable

import numpy as np
import torch
from torch import Tensor

from benchmark.common.files import expect_form, read_array
from benchmark.common.messages import stop
from benchmark.common.paths import make_folder
from benchmark.common.writing import replace_file, save_arrays
from benchmark.data.sizes import FOLDER

ORACLE = "oracle"
PHOTOGRAPHS = "photographs.npz"

Split = tuple[np.ndarray, np.ndarray]  # images and labels


@runtime_checkable
class StreamedArray(Protocol):
    """An array that is made while it is written, because it may not fit into memory."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __len__(self) -> int: ...

    def select(self, rows: np.ndarray) -> "StreamedArray":
        """Return an array of some rows, by their indices."""

    def write(self, file: BinaryIO, title: str) -> None:
        """Write the array in the format of an .npy file, with a progress bar."""


@dataclass(frozen=True, eq=False)
class SplitArrays:
    """The arrays of one split; arrays that a data set lacks are None.

    Attributes:
        images: samples: images, uint8 ``(n, c, h, w)``, possibly streamed; clips, uint8
            ``(n, c, t, h, w)``; points, float32 ``(n, 2)``; sentences, int64 ``(n, length)``, as
            indices into ``words``.
        labels: classes, int64 ``(n,)``; of points, the nearest mode; all 0 without either.
        condition: the conditions of the samples: images, uint8 ``(m, c, h, w)``, or captions,
            int64 ``(n, length)``, as indices into ``words``.
        paired: whether ``condition[i]`` belongs to ``images[i]``, and m = n; None means True.
        classifier_inputs: inputs of the classifier, uint8 ``(n, c, h, w)``; None: ``images``.
        classifier_targets: labels that the classifier learns, int64 ``(n,)`` or
            ``(n, attributes)``; None: ``labels``.
        words: the vocabulary, ``(words,)``. The first word of captions is empty and stands for
            padding; if the first word of sentences is empty, it ends a sentence.
        separator: text between two words of a sentence.
        groups: the picture that each sample comes from, int64 ``(n,)``; samples of one picture are
            in the same part. Not written. None: each sample comes from another.
        photographs: the whole photographs that ``images`` are patches of, uint8 ``(3, h, w)`` each,
            of sides that are multiples of the scale; None: scores use patches only.
    """

    images: Any  # an array, or a StreamedArray
    labels: np.ndarray
    condition: np.ndarray | None = None
    paired: bool | None = None
    classifier_inputs: np.ndarray | None = None
    classifier_targets: np.ndarray | None = None
    words: np.ndarray | None = None
    separator: str | None = None
    groups: np.ndarray | None = None
    photographs: tuple[np.ndarray, ...] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Map names to the arrays of .npy files, without those that are None."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: value if isinstance(value, StreamedArray) else np.asarray(value)
            for name, value in values.items()
            if value is not None and name not in ("groups", "photographs")
        }


Splits = tuple[SplitArrays, SplitArrays]  # train and test


def delete_split(dataset: str, split: str) -> None:
    """Delete the arrays of a split, if there are any."""
    shutil.rmtree(FOLDER / dataset / split, ignore_errors=True)


def save_split(dataset: str, split: str, arrays: SplitArrays | Mapping[str, np.ndarray]) -> None:
    """Write the arrays of a split, and delete earlier ones.

    One .npy file each; photographs, whose sizes differ, together in an .npz file.
    """
    delete_split(dataset, split)  # with arrays that the data set no longer has
    folder = FOLDER / dataset / split
    make_folder(folder)
    by_name = arrays.to_dict() if isinstance(arrays, SplitArrays) else arrays
    for name, array in by_name.items():
        path = folder / f"{name}.npy"
        with replace_file(path) as temporary, temporary.open("wb") as file:
            if isinstance(array, StreamedArray):
                array.write(file, f"{dataset}: reading images to {split} on")
            else:
                np.save(file, array, allow_pickle=False)
    if isinstance(arrays, SplitArrays) and arrays.photographs is not None:
        numbered = {str(number): each for number, each in enumerate(arrays.photographs)}
        save_arrays(folder / PHOTOGRAPHS, **numbered)


def list_arrays(dataset: str, split: str) -> list[str]:
    """List the names of a split's arrays; exits with one line if it is not prepared."""
    folder = FOLDER / dataset / split
    if not folder.is_dir():
        stop(f"{folder}: expected a folder, got none; run gan-benchmark prepare {dataset} first")
    return sorted(file.stem for file in folder.glob("*.npy"))


def load_array(
    dataset: str, split: str, name: str, mmap_mode: Literal["r", "c"] | None = None
) -> np.ndarray:
    """Load an array of a split, or map it from the disk.

    Args:
        dataset, split, name: the location of the array.
        mmap_mode: None to read the array into memory; "r" to map it read-only; "c" to map it
            copy-on-write, so that changes stay in memory.

    Exits with one line if the file is missing or damaged.
    """
    file = FOLDER / dataset / split / f"{name}.npy"
    return read_array(file, mmap_mode=mmap_mode, remake=f"run gan-benchmark prepare {dataset}")


def load_split(dataset: str, split: str) -> Split:
    """Load images, uint8 ``(n, c, h, w)``, and labels, int64 ``(n,)``, of a split.

    Clips, points and sentences take the place of images as in `SplitArrays`.
    """
    list_arrays(dataset, split)
    return load_array(dataset, split, "images"), load_array(dataset, split, "labels")


def load_classifier_split(dataset: str, split: str) -> Split:
    """Load inputs and targets of the classifier; images and labels if a data set has no others."""
    names = list_arrays(dataset, split)
    if "classifier_targets" not in names:
        return load_split(dataset, split)
    inputs = "classifier_inputs" if "classifier_inputs" in names else "images"
    return load_array(dataset, split, inputs), load_array(dataset, split, "classifier_targets")


def name_extractor_split(dataset: str) -> str:
    """Name the split that networks of the feature space learn from: ``extractor``, else train."""
    return "extractor" if (FOLDER / dataset / "extractor").is_dir() else "train"


def name_reference_split(dataset: str) -> str:
    """Name the split that published scores compare with: ``reference``, else train."""
    return "reference" if (FOLDER / dataset / "reference").is_dir() else "train"


def load_condition(dataset: str, split: str) -> np.ndarray | None:
    """Load the conditions of samples: images, uint8 ``(n, c, h, w)``, or captions; None without."""
    if "condition" not in list_arrays(dataset, split):
        return None
    return load_array(dataset, split, "condition")


def load_photographs(dataset: str, split: str) -> Iterator[np.ndarray]:
    """Load the whole photographs of a split one by one, uint8 ``(3, h, w)`` each.

    Exits with one line if they are missing or damaged.
    """
    file = FOLDER / dataset / split / PHOTOGRAPHS
    remake = f"run gan-benchmark prepare {dataset}"
    with expect_form(file, "arrays of NumPy", remake=remake), np.load(file) as arrays:
        for name in arrays.files:  # an array is read when it is asked for
            yield arrays[name]


def count_photographs(dataset: str, split: str) -> int:
    """Count the whole photographs of a split; 0 if it has only patches."""
    file = FOLDER / dataset / split / PHOTOGRAPHS
    if not file.is_file():
        return 0
    with expect_form(file, "arrays of NumPy"), np.load(file) as arrays:
        return len(arrays.files)


def load_vocabulary(dataset: str) -> np.ndarray:
    """Load the words of captions or sentences, ``(words,)``; empty if a data set has none."""
    if "words" not in list_arrays(dataset, "train"):
        return np.array([], dtype=str)
    return load_array(dataset, "train", "words")


def load_oracle_weights(dataset: str) -> dict[str, np.ndarray] | None:
    """Load the weights of the oracle that drew the sentences, by name; None without an oracle."""
    if not (FOLDER / dataset / ORACLE).is_dir():
        return None
    return {name: load_array(dataset, ORACLE, name) for name in list_arrays(dataset, ORACLE)}


def is_paired(dataset: str) -> bool:
    """Whether ``condition[i]`` belongs to ``images[i]``; if not, their numbers may differ."""
    if "paired" not in list_arrays(dataset, "train"):
        return True
    return bool(load_array(dataset, "train", "paired"))


def map_split(dataset: str, split: str) -> dict[str, np.ndarray]:
    """Map ``images``, ``labels`` and, if there are any, ``condition`` and ``words``, read-only."""
    names = list_arrays(dataset, split)
    return {
        name: load_array(dataset, split, name, mmap_mode="r")
        for name in ("images", "labels", "condition", "words")
        if name in names
    }


def map_samples(dataset: str, split: str, condition_key: str = "labels") -> tuple[Tensor, Tensor]:
    """Map images, uint8 ``(n, c, h, w)``, and their labels or condition, without reading them.

    Args:
        dataset, split: the location of the arrays.
        condition_key: ``labels``, int64 ``(n,)``, or ``condition``, as in `SplitArrays`.
    """
    list_arrays(dataset, split)
    # copy-on-write, because torch requires writable arrays
    images, others = (
        torch.from_numpy(load_array(dataset, split, name, mmap_mode="c"))
        for name in ("images", condition_key)
    )
    return images, others
