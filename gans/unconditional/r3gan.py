r"""R3GAN: The GAN is dead; long live the GAN! A Modern GAN Baseline.

Huang, Gokaslan, Kuleshov and Tompkin, 2024, arXiv:2501.05441, equation 2 with the penalties R1 and
R2 of section 2.2.

A discriminator that scores each sample by itself sets one boundary, and a generator may drop modes
as long as its samples lie on the right side of it. Scored against a real sample each, samples have a
boundary around every mode. That game alone does not converge: the gradient of the discriminator has
to vanish on the data and on the samples, and so both gradients are penalised, centred on zero. With
so calm a loss the customary tricks can go, and the networks can be modern: residual blocks with
grouped convolutions and without normalisation.

$$L_D = \mathbb{E}_{x, z}[\mathrm{softplus}(D(G(z)) - D(x))]
      + \tfrac{\gamma}{2} \mathbb{E}_x[\|\nabla_x D(x)\|^2]
      + \tfrac{\gamma}{2} \mathbb{E}_z[\|\nabla_x D(G(z))\|^2]$$

$$L_G = \mathbb{E}_{x, z}[\mathrm{softplus}(D(x) - D(G(z)))]$$

Departs from the paper: constant rates, gamma and momentum instead of schedules; images bounded by a
tanh; no augmentation; both players' turns pair with the same real batch. Vectors get the multilayer
perceptrons of the controlled rows.
"""

import torch
from torch.nn.functional import softplus

from gans.common.networks import residual
from gans.common.penalties import outputs_and_gradient_norm
from gans.common.variant import Losses, Variant


class R3GAN(Variant):
    """The relativistic pairing loss, R1 and R2, on residual networks.

    Args:
        blocks: residual ones at each level of resolution.
        penalty_weight: gamma; the paper has one for each data set.
    """

    boundary = None  # only differences of scores count

    def __init__(
        self,
        shape,
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

    def step(self, batches) -> Losses:
        real = next(batches)
        both = torch.cat([real, self.fake(len(real))])
        scores, norms = outputs_and_gradient_norm(self.discriminator, both)
        (of_real, of_fake), (r1, r2) = scores.chunk(2), norms.square().chunk(2)
        yield (
            self.discriminator,
            {
                "pairing": softplus(of_fake - of_real).mean(),
                "r1": 0.5 * self.penalty_weight * r1.mean(),
                "r2": 0.5 * self.penalty_weight * r2.mean(),
            },
        )
        fake = self.sample(len(real))
        advantage = self.discriminator(fake) - self.discriminator(real)
        yield self.generator, {"pairing": softplus(-advantage).mean()}
