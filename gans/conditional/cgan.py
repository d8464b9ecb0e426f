r"""CGAN: Conditional Generative Adversarial Nets.

Mirza and Osindero, 2014, arXiv:1411.1784, equation 2.

Both players are told the class y. The generator draws for it, and the discriminator judges not the
sample alone but the sample as one of its class, so a good digit of the wrong class is a bad sample.
The class enters as a one-hot vector beside the noise, and as one-hot planes beside the channels of
an image: the plane of its class is one everywhere, the others are zero. Where a sample is a vector,
the one-hot vector is appended to it.

$$L_D = -\mathbb{E}_{x, y}[\log D(x \mid y)]
      - \mathbb{E}_{z, y}[\log(1 - D(G(z \mid y) \mid y))]$$

$$L_G = -\mathbb{E}_{z, y}[\log D(G(z \mid y) \mid y)]$$

Departs from the paper: the networks of the controlled rows, where the paper has perceptrons with a
hidden layer for each of the two inputs; the non-saturating loss of the generator; Gaussian instead
of uniform noise.
"""

import torch
from torch.nn.functional import softplus

from gans.common import networks
from gans.common.variant import Conditional, Losses


class CGAN(Conditional):
    """The non-saturating loss, with the class given to both players."""

    def __init__(self, shape, *, classes: int, latent: int = 100, width: int = 64) -> None:
        super().__init__(shape, latent, classes)
        self.generator = networks.generator(shape, latent + classes, width)
        self.discriminator = networks.discriminator((shape[0] + classes, *shape[1:]), width)

    def discriminator_score(self, images, condition=None):
        code = self.encode_labels(condition).view(-1, self.classes, *[1] * (images.dim() - 2))
        planes = code.expand(-1, -1, *images.shape[2:])
        return self.discriminator(torch.cat([images, planes], dim=1))

    def step(self, batches) -> Losses:
        real, labels = next(batches)
        fake = self.fake(len(real), labels)
        yield (
            self.discriminator,
            {
                "real": softplus(-self.discriminator_score(real, labels)).mean(),
                "fake": softplus(self.discriminator_score(fake, labels)).mean(),
            },
        )
        fake = self.sample(len(real), labels)
        yield (
            self.generator,
            {"adversarial": softplus(-self.discriminator_score(fake, labels)).mean()},
        )
