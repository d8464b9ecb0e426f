"""Numbers of classes that a classifier of a data set learns."""

import numpy as np
from torch import Tensor

from benchmark.data.splits import load_classifier_split, name_extractor_split


def count_classes(labels: np.ndarray | Tensor) -> list[int]:
    """Count the classes of labels ``(n,)``, or of each column of ``(n, k)``."""
    return [int(column.max()) + 1 for column in labels.reshape(len(labels), -1).T]


def count_dataset_classes(dataset: str) -> list[int]:
    """Count the classes of a data set, of which its parts may lack some."""
    splits = {"train", "validation", name_extractor_split(dataset)}
    counts = [count_classes(load_classifier_split(dataset, split)[1]) for split in splits]
    return [max(column) for column in zip(*counts, strict=True)]
