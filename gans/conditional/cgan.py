r"""CGAN: Conditional Generative Adversarial Nets.

Mirza and Osindero, 2014, arXiv:1411.1784, equation 2.

Both players receive the class y. The discriminator scores a sample together with its class, so that
a realistic digit of the wrong class gets a low score. The generator's input is the noise and the
class as a one-hot vector; with the residual backbone the class sets scale and shift of batch
normalisation instead. The discriminator's input is the image and the class as one-hot planes:
the plane of its class is one everywhere, the others are zero. If a sample is a vector, the one-hot
vector is concatenated to it.

$$L_D = -\mathbb{E}_{x, y}[\log D(x \mid y)]
      - \mathbb{E}_{z, y}[\log(1 - D(G(z \mid y) \mid y))]$$

$$L_G = -\mathbb{E}_{z, y}[\log D(G(z \mid y) \mid y)]$$

Departs from the paper: the shared networks of the controlled rows, where the paper has perceptrons
with a hidden layer for each of the two inputs; the generator's non-saturating loss; Gaussian
instead of uniform noise.
"""

import torch
from torch import Tensor
from torch.nn.functional import softplus

from gans.common import networks
from gans.common.variant import Backbone, Batches, Conditional, Losses, Shape


class CGAN(Conditional):
    """The non-saturating loss, with both players conditioned on the class."""

    def __init__(
        self,
        shape: Shape,
        *,
        classes: int,
        latent: int = 100,
        width: int = 64,
        backbone: Backbone = "dcgan",
    ) -> None:
        super().__init__(shape, latent, classes)
        self.generator = networks.generator(
            shape, latent, width, classes=classes, backbone=backbone
        )
        inputs = (shape[0] + classes, *shape[1:])
        self.discriminator = networks.discriminator(inputs, width, backbone=backbone)

    def discriminator_score(self, images: Tensor, condition: Tensor | None = None) -> Tensor:
        assert condition is not None  # a score depends on the class
        labels = self.encode_labels(condition).view(-1, self.classes, *[1] * (images.dim() - 2))
        planes = labels.expand(-1, -1, *images.shape[2:])
        return self.discriminator(torch.cat([images, planes], dim=1))

    def step(self, batches: Batches) -> Losses:
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
