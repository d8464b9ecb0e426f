r"""Minibatch discrimination: Improved Techniques for Training GANs.

Salimans, Goodfellow, Zaremba, Cheung, Radford and Chen, 2016, arXiv:1606.03498, section 3.2.

A discriminator that sees images independently cannot detect that a generator emits one image only.
Here a tensor T maps the features f(x) of each image to B kernels of C numbers. Their closeness to
those of the other images of the minibatch, all real or all generated, joins the features of D.

$$M_i = f(x_i) \, T, \qquad
  o(x_i)_b = \sum_{j \ne i} \exp(-\|M_{i,b} - M_{j,b}\|_1), \qquad
  D(x_i) = h(f(x_i), o(x_i))$$

$$L_D = -\mathbb{E}_x[\log D(x)] - \mathbb{E}_z[\log(1 - D(G(z)))], \qquad
  L_G = -\mathbb{E}_z[\log D(G(z))]$$

Departs from the paper: the shared networks of the controlled rows; the sum omits j = i, a constant,
as in the authors' code. T starts standard normal; that code scales it by the first minibatch. B is
smaller than the paper's 100 in the rows here.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from gans.common import networks
from gans.common.variant import Backbone, Batches, Losses, Shape, Variant


class MinibatchCloseness(nn.Module):
    """Features ``(n, a)`` to features and closeness to the minibatch, ``(n, a + kernels)``."""

    def __init__(self, features: int, kernels: int, kernel_dim: int) -> None:
        super().__init__()
        self.tensor = nn.Parameter(torch.randn(features, kernels, kernel_dim))  # T

    def forward(self, features: Tensor) -> Tensor:
        kernels, dim = self.tensor.shape[1:]
        matrices = (features @ self.tensor.flatten(1)).t().view(kernels, dim, -1).float()  # M
        differences = ((c[:, :, None] - c[:, None]).abs() for c in matrices.unbind(1))
        distances = sum(differences, start=matrices.new_zeros(()))  # (B, n, n)
        closeness = torch.exp(-distances).sum(2) - 1  # without j = i
        return torch.cat([features, closeness.t()], dim=1)


class MinibatchDiscriminationGAN(Variant):
    """The non-saturating loss with minibatch features; ``kernels`` is B and ``kernel_dim`` is C."""

    size: int | None = None  # of the last minibatch of training

    def __init__(
        self, shape: Shape, *, latent: int = 100, width: int = 64, backbone: Backbone = "dcgan",
        kernels: int = 100, kernel_dim: int = 5,
    ) -> None:  # fmt: skip
        super().__init__(shape, latent)
        self.generator = networks.generator(shape, latent, width, backbone=backbone)
        self.discriminator = networks.discriminator(shape, width, backbone=backbone)
        size = self.discriminator.get_parameter("head.weight").shape[1]
        layers = MinibatchCloseness(size, kernels, kernel_dim), nn.Linear(size + kernels, 1)
        self.discriminator.head = nn.Sequential(*layers)

    def discriminator_score(self, images: Tensor, condition: Tensor | None = None) -> Tensor:
        """Score images in minibatches of about the training size, on which closeness depends."""
        parts = max(1, round(len(images) / (self.size or len(images))))
        scores = images.new_empty(len(images))
        for part in range(parts):
            scores[part::parts] = self.discriminator(images[part::parts]).to(scores.dtype)
        return scores

    def step(self, batches: Batches) -> Losses:
        self.size = len(real := next(batches))
        fake = self.fake(len(real))
        yield (
            self.discriminator,
            {
                "real": softplus(-self.discriminator(real)).mean(),
                "fake": softplus(self.discriminator(fake)).mean(),
            },
        )
        score = self.discriminator(self.sample(len(real)))
        yield self.generator, {"adversarial": softplus(-score).mean()}
