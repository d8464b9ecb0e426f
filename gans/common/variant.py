"""The contract that every algorithm under ``gans/`` keeps.

A variant is an ``nn.Module``. Each direct child is a *player* with an optimiser of its own.
``step`` is a generator that reads like the algorithm box of the paper: it yields a player and the
terms of its loss, and the line after the ``yield`` runs once that player has taken its step.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

Losses = Iterator[tuple[nn.Module, dict[str, Tensor]]]
LoadLayers = Callable[[], Callable[[Tensor], list[Tensor]]]  # see `ImageToImage.perceive`
LoadWeights = Callable[[], Mapping[str, Tensor]]  # by name


class Variant(nn.Module):
    """A generative model and the rule by which it is trained.

    Subclasses assign their players (``self.generator``, ``self.critic``, ...) and write ``step``.
    State that a resumed run needs is a parameter or a registered buffer, so that ``state_dict()``
    holds it.

    Args:
        shape: shape of one sample, ``(channels, height, width)``, of a clip ``(channels, frames,
            height, width)``, or ``(features,)``.
        latent: number of components of the noise.
    """

    generator: nn.Module  # of most; a variant without one overrides `sample`
    progress: float = 0.0  # share of the budget already spent, 0 to 1; the training loop sets it
    boundary: float | None = 0.0  # scores above it mean real; None where only differences count
    condition_key: str | None = (
        None  # what stands beside the samples in a batch, as the data call it
    )
    paired: bool = True  # whether the two of a pair belong together; if not, no example is in both
    perceives: bool = False  # whether its losses need `perceive`

    def __init__(self, shape: tuple[int, ...], latent: int) -> None:
        super().__init__()
        self.shape = tuple(shape)
        self.latent = latent

    @classmethod
    def kwargs_from_data(cls, known: Mapping[str, Any]) -> dict[str, Any]:
        """Keywords of the constructor that the data set decides, besides the shape of a sample.

        Args:
            known: arrays of its training part, by name: ``images``, ``labels``, maybe ``random_condition``.
        """
        return {}

    def step(self, batches: Iterator[Any]) -> Losses:
        """One round of the game.

        Args:
            batches: endless real data; each ``next`` gives ``(n, *shape)`` in [-1, 1].

        Yields:
            A player and its named loss terms, already weighted, as scalars. Their sum is what the
            player descends; no other player receives a gradient from it.
        """
        raise TypeError(f"{type(self).__name__} must define step")

    def lr_scale(self) -> float:
        """By what the learning rates are multiplied at this moment of the budget."""
        return 1.0

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        """Draw ``n`` samples, ``(n, *shape)`` in [-1, 1]; ``random_condition`` is what a conditional needs."""
        return self.generator(self.noise(n))

    def random_condition(self, n: int) -> Tensor | None:
        """What ``n`` samples are drawn for if nobody says; None where a generator is given noise
        alone."""
        return None

    def choose_condition(self, real: Tensor | None, random: Tensor | None) -> Tensor | None:
        """Choose conditions of real data or `random_condition` for samples that are monitored."""
        return random

    def load_networks(self, perceptual: LoadLayers, caption_encoder: LoadWeights) -> None:
        """Load the pretrained networks that the losses use, if any, by calling their loaders."""

    def noise(self, n: int) -> Tensor:
        """Standard normal noise, ``(n, latent)``, on the device of the parameters."""
        return torch.randn(n, self.latent, device=next(self.parameters()).device)

    def fake(self, n: int, condition: Tensor | None = None) -> Tensor:
        """Samples without a graph, for the steps that do not train the generator."""
        with torch.no_grad():
            return self.sample(n, condition)

    def discriminator_score(self, images: Tensor, condition: Tensor | None = None) -> Tensor | None:
        """How real images ``(n, *shape)`` look to the player that judges them, for the diagnosis.

        That player is ``discriminator`` or ``critic``. A variant whose judge has another name, or
        says more than one number of an image, overrides this; so does one whose judge wants to
        know what the images were drawn for, which is ``random_condition``.

        Returns:
            Scores ``(n,)``, the higher the more real, to be held against ``boundary``; None where
            no player judges.
        """
        for name in ("discriminator", "critic"):
            if isinstance(player := getattr(self, name, None), nn.Module):
                return player(images)
        return None

    def reconstruct(self, images: Tensor) -> Tensor | None:
        """Images ``(n, *shape)`` encoded and given back, in [-1, 1] as samples are; None where no
        encoder is trained to be inverted."""
        return None


class Conditional(Variant):
    """A variant whose samples are drawn for a class.

    The batches of its ``step`` are pairs: samples ``(n, *shape)`` and labels, int64 ``(n,)``.

    Args:
        shape: of one sample.
        latent: number of components of the noise.
        classes: how many there are; labels are 0 to classes - 1.
    """

    condition_key = "labels"
    named: bool = True  # whether what is given is a label of the data, and not a code found without

    def __init__(self, shape: tuple[int, ...], latent: int, classes: int) -> None:
        super().__init__(shape, latent)
        self.classes = classes

    @classmethod
    def kwargs_from_data(cls, known):
        return {"classes": int(known["labels"].max()) + 1}

    def random_condition(self, n: int) -> Tensor:
        """Classes drawn evenly, int64 ``(n,)``."""
        return torch.randint(self.classes, (n,), device=next(self.parameters()).device)

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        """Samples ``(n, *shape)`` of the classes ``random_condition``, int64 ``(n,)``; of any without it."""
        condition = self.random_condition(n) if condition is None else condition
        return self.generator(torch.cat([self.noise(n), self.code(condition)], dim=1))

    def code(self, labels: Tensor) -> Tensor:
        """Labels ``(n,)`` as one-hot rows, ``(n, classes)``."""
        return one_hot(labels, self.classes).float()


class ImageToImage(Variant):
    """A variant that is given an image and makes another of it.

    The batches of its ``step`` are pairs: images ``(n, *shape)`` such as it is to make, and images
    ``(n, *source)`` such as it is given, both in [-1, 1].

    Args:
        shape: of an image that it makes, ``(c, h, w)``.
        source: of an image that it is given, ``(c, h, w)``.
        latent: number of components of the noise, if it takes any.
    """

    condition_key = "condition"
    # images (n, *shape) to what the layers of a pinned network give before their activation, the
    # last one last; the training loop sets it
    perceive: Callable[[Tensor], list[Tensor]]

    def __init__(self, shape: tuple[int, ...], source: tuple[int, ...], latent: int = 0) -> None:
        super().__init__(shape, latent)
        self.source = tuple(source)

    @classmethod
    def kwargs_from_data(cls, known):
        return {"source": list(known["condition"].shape[1:])}

    def random_condition(self, n: int) -> Tensor:
        """Even noise in the place of images, ``(n, *source)``."""
        device = next(self.parameters()).device
        return 2 * torch.rand(n, *self.source, device=device) - 1

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        """What is made of the images ``random_condition``, ``(n, *source)``; of noise without them."""
        return self.generator(self.random_condition(n) if condition is None else condition)

    def choose_condition(self, real: Tensor | None, random: Tensor | None) -> Tensor | None:
        return real

    def load_networks(self, perceptual: LoadLayers, caption_encoder: LoadWeights) -> None:
        if self.perceives:
            self.perceive = perceptual()

    def discriminator_score(self, images: Tensor, condition: Tensor | None = None) -> Tensor | None:
        """As in `Variant`; of a judge of patches, the mean over those of an image."""
        scores = super().discriminator_score(images, condition)
        return None if scores is None else scores.flatten(1).mean(dim=1)
