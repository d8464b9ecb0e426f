"""Which classes a generator draws, and whether it draws those asked for, as a classifier sees it.

Modes and the divergence of their histogram: Metz et al. 2017, arXiv:1611.02163, on stacked MNIST.
Accuracy of conditional samples: Odena et al. 2017 (AC-GAN), arXiv:1610.09585.
"""

import numpy as np


def modes_hit(labels: np.ndarray, *, classes: int) -> int:
    """Number of classes drawn at least once, 1 to ``classes``.

    Args:
        labels: class of each generated sample, ``(n,)``, integers from 0 to ``classes - 1``.
        classes: number of classes.

    Raises:
        ValueError: there are no labels, or one is no class.
    """
    return int(np.count_nonzero(_counts(labels, classes=classes)))


def label_divergence(real: np.ndarray, generated: np.ndarray, *, classes: int) -> float:
    """KL(generated || real) of the histograms of labels, in nats.

    Args:
        real: class of each real sample, ``(n,)``, integers from 0 to ``classes - 1``.
        generated: class of each generated sample, ``(m,)``, likewise.
        classes: number of classes.

    Returns:
        0 where the shares of all classes are equal. A class that is not drawn adds nothing of its
        own; one that is drawn but that the data lack makes it infinite.

    Raises:
        ValueError: there are no labels, or one is no class.
    """
    q, p = (_counts(labels, classes=classes) / len(labels) for labels in (real, generated))
    drawn = p > 0
    with np.errstate(divide="ignore"):
        divergence = (p[drawn] * np.log(p[drawn] / q[drawn])).sum()
    return max(float(divergence), 0.0)  # rounding may carry it below 0


def class_accuracy(wanted: np.ndarray, predicted: np.ndarray) -> float:
    """Share of the conditional samples that the classifier takes for the class asked for, 0 to 1.

    Args:
        wanted: class asked for, ``(n,)``.
        predicted: class that the classifier gives, ``(n,)``.

    Raises:
        ValueError: there are no labels, or not as many of one kind as of the other.
    """
    wanted, predicted = np.asarray(wanted), np.asarray(predicted)
    if wanted.ndim != 1 or wanted.shape != predicted.shape or not len(wanted):
        raise ValueError(f"labels of shapes {wanted.shape} and {predicted.shape} do not compare")
    return float((wanted == predicted).mean())


def _counts(labels: np.ndarray, *, classes: int) -> np.ndarray:
    """How often each class occurs, ``(classes,)``."""
    labels = np.asarray(labels)
    if labels.ndim != 1 or not len(labels):
        raise ValueError(f"labels of shape {labels.shape} have no histogram")
    if not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(f"labels are integers, not {labels.dtype}")
    for label in (labels.min(), labels.max()):
        if not 0 <= label < classes:
            raise ValueError(f"label {label} is none of {classes} classes")
    return np.bincount(labels, minlength=classes)
