r"""R3GAN: The GAN is dead; long live the GAN! A Modern GAN Baseline.

Huang, Gokaslan, Kuleshov and Tompkin, 2024, arXiv:2501.05441, equation 2 with the penalties R1 and
R2 of section 2.2.

A discriminator that scores samples independently sets one boundary, and a generator may drop modes
as long as its samples are on the right side. The relativistic pairing loss compares each sample
with a real one, which yields a boundary around every mode. It does not converge by itself: the
gradient of the discriminator must vanish on data and samples, so zero-centred penalties apply to
both. With this well-behaved loss, customary tricks become unnecessary, and the networks can be
modern: residual blocks with grouped convolutions and no normalisation.

$$L_D = \mathbb{E}_{x, z}[\mathrm{softplus}(D(G(z)) - D(x))]
      + \tfrac{\gamma}{2} \mathbb{E}_x[\|\nabla_x D(x)\|^2]
      + \tfrac{\gamma}{2} \mathbb{E}_z[\|\nabla_x D(G(z))\|^2]$$

$$L_G = \mathbb{E}_{x, z}[\mathrm{softplus}(D(x) - D(G(z)))]$$

Departs from the paper: constant learning rate, gamma and momentum instead of schedules, and no
ramp-up of the average; on CIFAR-10 no classes, mirror images, augmentation or half precision; a tanh
bounds the images; both players' steps use the same real batch. Vectors have the shared perceptrons
of the controlled rows.
"""

import torch
from torch.nn.functional import softplus

from gans.common.networks import residual
from gans.common.penalties import outputs_and_gradient_norm
from gans.common.variant import Batches, Losses, Shape, Variant


class R3GAN(Variant):
    """The relativistic pairing loss with R1 and R2, on residual networks.

    Args:
        blocks: residual blocks per level of resolution.
        penalty_weight: gamma, which the paper chooses for each data set.
    """

    boundary = None  # only differences of scores count

    def __init__(
        self,
        shape: Shape,
        *,
        latent: int = 64,
        width: int = 96,
        blocks: int = 2,
        penalty_weight: float = 1.0,
    ) -> None:
        super().__init__(shape, latent)
        self.penalty_weight = penalty_weight
        self.generator = residual.generator(shape, latent, width, blocks)
        self.discriminator = residual.discriminator(shape, width, blocks)

    def step(self, batches: Batches) -> Losses:
        real = next(batches)
        both = torch.cat([real, self.fake(len(real))])
        scores, norms = outputs_and_gradient_norm(self.discriminator, both)
        (on_real, on_fake), (r1, r2) = scores.chunk(2), norms.square().chunk(2)
        yield (
            self.discriminator,
            {
                "pairing": softplus(on_fake - on_real).mean(),
                "r1": 0.5 * self.penalty_weight * r1.mean(),
                "r2": 0.5 * self.penalty_weight * r2.mean(),
            },
        )
        fake = self.sample(len(real))
        advantage = self.discriminator(fake) - self.discriminator(real)
        yield self.generator, {"pairing": softplus(-advantage).mean()}
