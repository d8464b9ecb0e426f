"""Classes of generated samples: how many are covered, how evenly, and whether as requested."""

import numpy as np
from scipy.optimize import linear_sum_assignment


def classes_covered(labels: np.ndarray, *, classes: int) -> int:
    """Count the classes that occur at least once.

    Args:
        labels: class of each generated sample, ``(n,)``, integers from 0 to ``classes - 1``.
        classes: number of classes.

    Returns:
        1 to ``classes``.

    Raises:
        ValueError: there are no labels, or a label is not a class.

    Source:
        Metz et al. 2017, arXiv:1611.02163, on stacked MNIST.
    """
    return int(np.count_nonzero(_count_labels(labels, classes=classes)))


def label_divergence(real: np.ndarray, generated: np.ndarray, *, classes: int) -> float:
    """Compute KL(generated || real) of the histograms of labels.

    Args:
        real: class of each real sample, ``(n,)``, integers from 0 to ``classes - 1``.
        generated: class of each generated sample, ``(m,)``, likewise.
        classes: number of classes.

    Returns:
        0 or more, in nats; 0 if the shares of all classes are equal. A class that only real samples
        have adds nothing; a class that only generated samples have makes the divergence infinite.

    Raises:
        ValueError: there are no labels, or a label is not a class.

    Source:
        Metz et al. 2017, arXiv:1611.02163, on stacked MNIST.
    """
    q, p = (_count_labels(labels, classes=classes) / len(labels) for labels in (real, generated))
    occurs = p > 0
    with np.errstate(divide="ignore"):
        divergence = (p[occurs] * np.log(p[occurs] / q[occurs])).sum()
    return max(float(divergence), 0.0)  # rounding errors can be negative


def class_accuracy(requested: np.ndarray, predicted: np.ndarray) -> float:
    """Compute the share of conditional samples that a classifier assigns to the requested class.

    Args:
        requested: class that each sample was generated for, ``(n,)``.
        predicted: class that the classifier assigns, ``(n,)``.

    Returns:
        0 to 1.

    Raises:
        ValueError: there are no labels, or the shapes differ.

    Source:
        Odena et al. 2017 (ACGAN), arXiv:1610.09585.
    """
    requested, predicted = np.asarray(requested), np.asarray(predicted)
    if requested.ndim != 1 or requested.shape != predicted.shape or not len(requested):
        raise ValueError(
            f"expected labels of one shape (n,), got {requested.shape} and {predicted.shape}"
        )
    return float((requested == predicted).mean())


def match_codes_to_classes(codes: np.ndarray, predicted: np.ndarray, *, classes: int) -> np.ndarray:
    """Match each code to one class, so that as many predictions as possible agree.

    For generators that learn their codes without labels.

    Args:
        codes: code of each generated sample, ``(n,)``, integers from 0 to ``classes - 1``.
        predicted: class that a classifier assigns, ``(n,)``, likewise.
        classes: number of classes, and of codes.

    Returns:
        The class matched to the code of each sample, ``(n,)``.

    Raises:
        IndexError: a code or a class is ``classes`` or more.

    Source:
        Chen et al. 2016 (InfoGAN), arXiv:1606.03657; the matching is Kuhn 1955 (the
        Hungarian method), doi:10.1002/nav.3800020109.
    """
    pair_counts = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(pair_counts, (np.asarray(codes), np.asarray(predicted)), 1)
    code, label = linear_sum_assignment(pair_counts, maximize=True)
    class_of_code = np.empty(classes, dtype=np.int64)
    class_of_code[code] = label
    return class_of_code[codes]


def _count_labels(labels: np.ndarray, *, classes: int) -> np.ndarray:
    """Count how often each class occurs, ``(classes,)``."""
    labels = np.asarray(labels)
    if labels.ndim != 1 or not len(labels):
        raise ValueError(f"expected at least 1 label of shape (n,), got shape {labels.shape}")
    if not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(f"expected integer labels, got {labels.dtype}")
    for label in (labels.min(), labels.max()):
        if not 0 <= label < classes:
            raise ValueError(f"expected labels 0 to {classes - 1}, got {label}")
    return np.bincount(labels, minlength=classes)
