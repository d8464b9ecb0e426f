r"""Projection: cGANs with Projection Discriminator.

Miyato and Koyama, 2018, arXiv:1802.05637, section 3, with the hinge loss of its experiments.

If the log-density ratio of data and samples is linear in some features for each class, the optimal
discriminator is the sum of an inner product, between the features phi(x) and an embedding of the
class, and a class-independent score psi. This architecture spares the discriminator from learning
how a class concatenated to its input affects the score.

$$f(x, y) = \langle V y, \phi(x) \rangle + \psi(\phi(x))$$

$$L_D = \mathbb{E}_{x, y}[\max(0, 1 - f(x, y))] + \mathbb{E}_{z, y}[\max(0, 1 + f(G(z, y), y))]$$

$$L_G = -\mathbb{E}_{z, y}[f(G(z, y), y)]$$

Departs from the paper: the shared networks of the controlled rows. With the default backbone, phi
is the flattened last layer, and the class is concatenated to the generator's noise; the residual
backbone has the paper's sum over positions and conditional batch normalisation. So this row and
`cgan` differ only in loss and discriminator. One discriminator step by default, not five.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import relu
from torch.nn.utils.parametrizations import spectral_norm

from gans.common import networks
from gans.common.variant import Backbone, Batches, Conditional, Losses, Shape


class Discriminator(nn.Module):
    """Samples ``(n, *shape)`` and labels ``(n,)`` to scores ``(n,)``, with spectral norm 1."""

    def __init__(self, shape: Shape, width: int, classes: int, backbone: Backbone) -> None:
        super().__init__()
        self.phi, self.psi = networks.discriminator(shape, width, backbone=backbone).children()
        features = self.phi(torch.zeros(1, *shape)).shape[1]
        self.embedding = nn.Embedding(classes, features)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d | nn.Linear | nn.Embedding):
                spectral_norm(layer)

    def forward(self, images: Tensor, labels: Tensor) -> Tensor:
        features = self.phi(images)
        return self.psi(features)[:, 0] + (self.embedding(labels) * features).sum(1)


class Projection(Conditional):
    """The hinge loss with a projection discriminator."""

    def __init__(
        self, shape: Shape, *, classes: int, latent: int = 128, width: int = 64,
        backbone: Backbone = "dcgan", n_discriminator: int = 1, generator_batches: int = 1
    ) -> None:  # fmt: skip
        super().__init__(shape, latent, classes)
        self.n_discriminator, self.generator_batches = n_discriminator, generator_batches
        self.generator = networks.generator(
            shape, latent, width, classes=classes, backbone=backbone
        )
        self.discriminator = Discriminator(shape, width, classes, backbone)

    def discriminator_score(self, images: Tensor, condition: Tensor | None = None) -> Tensor:
        return self.discriminator(images, condition)

    def step(self, batches: Batches) -> Losses:
        for _ in range(self.n_discriminator):
            real, labels = next(batches)
            fake = self.fake(len(real), labels)
            losses = {
                "real": relu(1 - self.discriminator(real, labels)).mean(),
                "fake": relu(1 + self.discriminator(fake, labels)).mean(),
            }
            yield self.discriminator, losses
        labels = labels.repeat(self.generator_batches)
        fake = self.sample(len(labels), labels)
        yield self.generator, {"adversarial": -self.discriminator(fake, labels).mean()}
