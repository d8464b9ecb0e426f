"""Which classes a generator draws, and whether it draws those asked for, as a classifier sees it.

Modes and the divergence of their histogram: Metz et al. 2017, arXiv:1611.02163, on stacked MNIST.
Accuracy of conditional samples: Odena et al. 2017 (ACGAN), arXiv:1610.09585.
"""

import numpy as np
from scipy.optimize import linear_sum_assignment


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


def matched(codes: np.ndarray, predicted: np.ndarray, *, classes: int) -> np.ndarray:
    """Codes that have no names, each called by the class that it stands for.

    One class a code, so that as many samples as can be agree with the classifier: for generators
    that find their codes without labels (Chen et al. 2016, InfoGAN, arXiv:1606.03657).

    Args:
        codes: code of each generated sample, ``(n,)``, integers from 0 to ``classes - 1``.
        predicted: class that the classifier gives, ``(n,)``, likewise.
        classes: number of classes, and of codes.

    Returns:
        The class that each sample was asked for, ``(n,)``.
    """
    together = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(together, (np.asarray(codes), np.asarray(predicted)), 1)
    code, label = linear_sum_assignment(together, maximize=True)
    names = np.empty(classes, dtype=np.int64)
    names[code] = label
    return names[codes]


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
