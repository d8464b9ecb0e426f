"""The contract that every algorithm under ``gans/`` implements.

A variant is an ``nn.Module``. Each direct child with parameters is a *player* with its own
optimiser. ``step`` is a generator that reads like the paper's algorithm box: it yields a player and
the terms of its loss, and the line after the ``yield`` runs once that player has taken its optimiser
step.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

Shape = tuple[int, ...]  # of one sample, without the batch axis
Backbone = Literal["dcgan", "residual", "maxout"]  # of the networks that controlled rows share
Batches = Iterator[Any]  # endless minibatches of real data
Losses = Iterator[tuple[nn.Module, dict[str, Tensor]]]  # players and the terms of their losses
LoadLayers = Callable[[], Callable[[Tensor], list[Tensor]]]  # see `ImageToImage.perceptual_layers`
LoadWeights = Callable[[], Mapping[str, Tensor]]  # by name


class Variant(nn.Module):
    """A generative model and its training algorithm.

    Subclasses assign their players (``self.generator``, ``self.critic``, ...) and define ``step``.
    State that a resumed run needs is a parameter or a registered buffer, so that ``state_dict()``
    contains it.

    Args:
        shape: shape of one sample: ``(channels, height, width)`` of an image, ``(channels, frames,
            height, width)`` of a clip, or ``(features,)`` of a vector.
        latent: number of components of the noise.
    """

    generator: nn.Module  # a variant without this player overrides `sample`
    progress: float = 0.0  # completed share of the budget, 0 to 1; see `set_progress`
    boundary: float | None = 0.0  # scores above it mean real; None if only differences count
    condition_key: str | None = None  # array of the data set that conditions the samples, if any
    paired: bool = True  # the images of a pair correspond; otherwise they are drawn independently
    needs_perceptual_layers: bool = False  # whether the losses use `perceptual_layers`

    def __init__(self, shape: Shape, latent: int) -> None:
        super().__init__()
        self.shape = tuple(shape)
        self.latent = latent

    @property
    def device(self) -> torch.device:
        """The device of the parameters."""
        return next(self.parameters()).device

    @classmethod
    def kwargs_from_data(cls, arrays: Mapping[str, Any]) -> dict[str, Any]:
        """Return the constructor's keyword arguments that the data set determines.

        Args:
            arrays: arrays of the training split, by name: ``images``, ``labels`` and, if the
                samples are conditioned on images or captions, ``condition`` and ``words``.
        """
        return {}

    def step(self, batches: Batches) -> Losses:
        """Run one round of the algorithm, one optimiser step per yield.

        Args:
            batches: endless real data; each ``next`` returns samples ``(n, *shape)`` in [-1, 1].

        Yields:
            A player and its named loss terms, already weighted, as scalars. The player descends
            their sum; no other player receives a gradient from it.

        Raises:
            TypeError: the subclass does not define ``step``.
        """
        raise TypeError(f"expected {type(self).__name__} to define step, got none; define it")

    def players(self) -> dict[str, nn.Module]:
        """Return the players by name: the direct children that have parameters."""
        children = self.named_children()
        return {name: child for name, child in children if any(True for _ in child.parameters())}

    def set_progress(self, progress: float) -> None:
        """Take the completed share of the budget, 0 to 1; called before each ``step``.

        Variants override this method if layers change over the run.
        """
        self.progress = progress

    def lr_scale(self) -> float:
        """Return the factor on all learning rates at the current ``progress``."""
        return 1.0

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        """Draw ``n`` samples, ``(n, *shape)`` in [-1, 1].

        Args:
            n: number of samples.
            condition: conditions in the form of `random_condition`, one for each sample; None for
                random conditions. Unconditional variants ignore this argument.
        """
        return self.generator(self.noise(n))

    def random_condition(self, n: int) -> Tensor | None:
        """Draw ``n`` random conditions; return None if the variant is unconditional."""
        return None

    def choose_condition(self, real: Tensor | None, random: Tensor | None) -> Tensor | None:
        """Choose real or random conditions for samples drawn during training."""
        return random

    def load_networks(self, perceptual: LoadLayers, caption_encoder: LoadWeights) -> None:
        """Load the pretrained networks that the losses use, if any."""

    def noise(self, n: int) -> Tensor:
        """Draw standard normal noise, ``(n, latent)``, on the device of the parameters."""
        return torch.randn(n, self.latent, device=self.device)

    def fake(self, n: int, condition: Tensor | None = None) -> Tensor:
        """Draw samples without a graph, for steps that do not train the generator."""
        with torch.no_grad():
            return self.sample(n, condition)

    def discriminator_score(self, images: Tensor, condition: Tensor | None = None) -> Tensor | None:
        """Compute discriminator scores of samples, for the diagnosis.

        The player ``discriminator`` or ``critic`` computes the scores. Variants override this
        method if their discriminator has another name, returns several values per sample, or is
        conditional.

        Args:
            images: samples ``(n, *shape)``.
            condition: conditions of the samples, in the form of `random_condition`.

        Returns:
            Scores ``(n,)``, higher for more real, to compare with ``boundary``; None if the variant
            has no discriminator.
        """
        for name in ("discriminator", "critic"):
            if isinstance(player := getattr(self, name, None), nn.Module):
                return player(images)
        return None

    def reconstruct(self, images: Tensor) -> Tensor | None:
        """Encode and decode images ``(n, *shape)``, both in [-1, 1].

        Returns:
            Reconstructions ``(n, *shape)``; None if the variant has no encoder.
        """
        return None


class Conditional(Variant):
    """A variant whose samples are conditioned on a class.

    The batches of ``step`` are pairs: samples ``(n, *shape)`` and labels, int64 ``(n,)``.

    Args:
        shape: of one sample.
        latent: number of components of the noise.
        classes: number of classes; labels are 0 to classes - 1.
    """

    condition_key = "labels"
    has_labels: bool = True  # whether conditions are labels of the data, not learnt categories

    def __init__(self, shape: Shape, latent: int, classes: int) -> None:
        super().__init__(shape, latent)
        self.classes = classes

    @classmethod
    def kwargs_from_data(cls, arrays: Mapping[str, Any]) -> dict[str, Any]:
        return {"classes": int(arrays["labels"].max()) + 1}

    def random_condition(self, n: int) -> Tensor:
        """Draw labels from the uniform distribution, int64 ``(n,)``."""
        return torch.randint(self.classes, (n,), device=self.device)

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        """Draw samples ``(n, *shape)`` of labels, int64 ``(n,)``; None for random labels."""
        condition = self.random_condition(n) if condition is None else condition
        return self.generator(torch.cat([self.noise(n), self.encode_labels(condition)], dim=1))

    def encode_labels(self, labels: Tensor) -> Tensor:
        """Encode labels ``(n,)`` as one-hot rows, ``(n, classes)``."""
        return one_hot(labels, self.classes).float()


class ImageToImage(Variant):
    """A variant whose samples are conditioned on an image.

    The batches of ``step`` are pairs: target images ``(n, *shape)`` and source images
    ``(n, *source)``, both in [-1, 1].

    Args:
        shape: ``(c, h, w)`` of a target image.
        source: ``(c, h, w)`` of a source image.
        latent: number of components of the noise; 0 without noise.
    """

    condition_key = "condition"
    # maps images (n, *shape) to the pre-activation features of each layer of a pinned network, in
    # order of depth; the training loop sets this attribute
    perceptual_layers: Callable[[Tensor], list[Tensor]]

    def __init__(self, shape: Shape, source: Shape, latent: int = 0) -> None:
        super().__init__(shape, latent)
        self.source = tuple(source)

    @classmethod
    def kwargs_from_data(cls, arrays: Mapping[str, Any]) -> dict[str, Any]:
        return {"source": list(arrays["condition"].shape[1:])}

    def random_condition(self, n: int) -> Tensor:
        """Draw uniform noise in [-1, 1] in place of source images, ``(n, *source)``."""
        return 2 * torch.rand(n, *self.source, device=self.device) - 1

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        """Translate source images ``(n, *source)``, or noise if ``condition`` is None."""
        return self.generator(self.random_condition(n) if condition is None else condition)

    def choose_condition(self, real: Tensor | None, random: Tensor | None) -> Tensor | None:
        return real

    def load_networks(self, perceptual: LoadLayers, caption_encoder: LoadWeights) -> None:
        if self.needs_perceptual_layers:
            self.perceptual_layers = perceptual()

    def discriminator_score(self, images: Tensor, condition: Tensor | None = None) -> Tensor | None:
        """Score images as in `Variant`; patch scores are averaged over each image."""
        scores = super().discriminator_score(images, condition)
        return None if scores is None else scores.flatten(1).mean(dim=1)
