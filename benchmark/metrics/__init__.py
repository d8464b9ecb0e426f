"""Metrics of generated samples: arrays in, floats out.

Each metric is one function that knows no model, data set or file. Features are ``(n, d)``, numpy
arrays or torch tensors; images are uint8 ``(n, c, h, w)``; sentences are a `Text` of tokens.

    import numpy as np
    from benchmark.metrics import frechet_distance, kid, precision_recall

    random = np.random.default_rng(0)
    real, generated = random.normal(size=(2, 2000, 64))
    frechet_distance(real, generated)          # FID, if the features are those of Inception
    mean, deviation = kid(real, generated)
    precision, recall = precision_recall(real, generated, k=3)

Each file holds one metric. Functions take their names from files of the same name, so that
``benchmark.metrics.kid`` is the function; import the constants of its file by
``from benchmark.metrics.kid import CHUNK``.
"""

from benchmark.metrics.bleu import bleu, self_bleu
from benchmark.metrics.class_coverage import (
    class_accuracy,
    classes_covered,
    label_divergence,
    match_codes_to_classes,
)
from benchmark.metrics.clipped_density_coverage import clipped_density_coverage
from benchmark.metrics.content_consistency import content_consistency
from benchmark.metrics.density_coverage import density_coverage
from benchmark.metrics.diversity import output_diversity
from benchmark.metrics.frechet import (
    RunningMoments,
    feature_moments,
    frechet_distance,
    frechet_distance_from_moments,
)
from benchmark.metrics.inception_score import RunningInceptionScore, inception_score
from benchmark.metrics.intra_fid import intra_fid
from benchmark.metrics.jensen_shannon import jensen_shannon_divergence
from benchmark.metrics.kid import kid, polynomial_mmd
from benchmark.metrics.l1 import l1_distance
from benchmark.metrics.likelihood_divergence import baseline_likelihood, likelihood_divergence
from benchmark.metrics.luma import rgb_to_luma
from benchmark.metrics.memorisation import authenticity, nearest_distance_ratio
from benchmark.metrics.mmd import median_distance, mmd
from benchmark.metrics.modes import high_quality_share, mode_divergence, modes_covered, modes_hit
from benchmark.metrics.motion import motion_accuracy, path_distances
from benchmark.metrics.ngrams import Text
from benchmark.metrics.perceptual import perceptual_distance, perceptual_distance_in_batches
from benchmark.metrics.prdc import prdc
from benchmark.metrics.precision_recall import precision_recall
from benchmark.metrics.psnr import psnr
from benchmark.metrics.r_precision import r_precision
from benchmark.metrics.ssim import ssim
from benchmark.metrics.texts import (
    distinct_ratio,
    length_distance,
    ms_jaccard_distance,
    novelty,
    spread_ratio,
    uniqueness,
)
from benchmark.metrics.vendi import vendi_score
from benchmark.metrics.wasserstein import wasserstein_distance

__all__ = [
    "RunningInceptionScore",
    "RunningMoments",
    "Text",
    "authenticity",
    "baseline_likelihood",
    "bleu",
    "class_accuracy",
    "classes_covered",
    "clipped_density_coverage",
    "content_consistency",
    "density_coverage",
    "distinct_ratio",
    "feature_moments",
    "frechet_distance",
    "frechet_distance_from_moments",
    "high_quality_share",
    "inception_score",
    "intra_fid",
    "jensen_shannon_divergence",
    "kid",
    "l1_distance",
    "label_divergence",
    "length_distance",
    "likelihood_divergence",
    "match_codes_to_classes",
    "median_distance",
    "mmd",
    "mode_divergence",
    "modes_covered",
    "modes_hit",
    "motion_accuracy",
    "ms_jaccard_distance",
    "nearest_distance_ratio",
    "novelty",
    "output_diversity",
    "path_distances",
    "perceptual_distance",
    "perceptual_distance_in_batches",
    "polynomial_mmd",
    "prdc",
    "precision_recall",
    "psnr",
    "r_precision",
    "rgb_to_luma",
    "self_bleu",
    "spread_ratio",
    "ssim",
    "uniqueness",
    "vendi_score",
    "wasserstein_distance",
]
