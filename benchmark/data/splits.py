"""The splits of a prepared data set, loaded or mapped from the disk."""

import zipfile
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

Split = tuple[np.ndarray, np.ndarray]  # images and labels


def load_split(dataset: str, split: str) -> Split:
    """Images, uint8 ``(n, c, h, w)``, and labels, int64 ``(n,)``, of ``train`` or ``test``."""
    with np.load(Path("data") / dataset / f"{split}.npz") as file:
        return file["images"], file["labels"]


def load_classifier_split(dataset: str, split: str) -> Split:
    """What the data set's classifier learns: images and labels, as of ``read`` if no others."""
    with np.load(Path("data") / dataset / f"{split}.npz") as file:
        if "classifier_targets" in file:
            return file["classifier_inputs" if "classifier_inputs" in file else "images"], file[
                "classifier_targets"
            ]
    return load_split(dataset, split)


def load_condition(dataset: str, split: str) -> np.ndarray | None:
    """The images that those of ``read`` are to be made from, uint8 ``(n, c, h, w)``, if any."""
    with np.load(Path("data") / dataset / f"{split}.npz") as file:
        return file.get("condition")


def load_vocabulary(dataset: str) -> np.ndarray:
    """The words that the captions of ``condition`` are places in, ``(known,)``; none without captions.

    Captions are int64 ``(n, words)`` in place of images, and word 0 is padding.
    """
    with np.load(Path("data") / dataset / "train.npz") as file:
        return file.get("words", np.array([], dtype=str))


def is_paired(dataset: str) -> bool:
    """Whether those of ``condition`` belong to those of ``read``, one to one; if not, there are as many
    of either as there are."""
    with np.load(Path("data") / dataset / "train.npz") as file:
        return bool(file.get("paired", True))


def map_array(path: Path, name: str) -> np.ndarray:
    """An array of an uncompressed npz file, left on the disk; writing to it changes no file."""
    with zipfile.ZipFile(path) as archive, archive.open(f"{name}.npy") as member:
        place = archive.getinfo(f"{name}.npy").header_offset
        np.lib.format.read_magic(member)
        shape, _, kind = np.lib.format.read_array_header_1_0(member)
        header = member.tell()
    with path.open("rb") as file:
        file.seek(place + 26)  # of the local header of zip: the lengths of name and extra field
        lengths = np.frombuffer(file.read(4), dtype="<u2")
    return np.memmap(path, kind, "c", place + 30 + int(lengths.sum()) + header, shape)


def map_split(dataset: str, split: str) -> dict[str, np.ndarray]:
    """What stands in ``train`` or ``test``, on disk: ``images``, ``labels``, maybe ``condition`` and,
    of text and captions, ``words``."""
    path = Path("data") / dataset / f"{split}.npz"
    with zipfile.ZipFile(path) as archive:
        names = {Path(name).stem for name in archive.namelist()}
    wanted = ("images", "labels", "condition", "words")
    return {name: map_array(path, name) for name in wanted if name in names}


def map_samples(dataset: str, split: str, condition_key: str = "labels") -> tuple[Tensor, Tensor]:
    """Images, uint8 ``(n, c, h, w)``, and what stands beside them, left on the disk.

    That is ``labels``, int64 ``(n,)``, or ``condition``, uint8 ``(n, ...)``.
    """
    path = Path("data") / dataset / f"{split}.npz"
    images, others = (torch.from_numpy(map_array(path, name)) for name in ("images", condition_key))
    return images, others
