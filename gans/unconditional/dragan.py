r"""DRAGAN: On Convergence and Stability of GANs.

Kodali, Abernethy, Hays and Kira, 2017, arXiv:1705.07215, equation 3.

Mode collapse coincides with sharp gradients of the discriminator around real points. DRAGAN keeps
the non-saturating loss and penalises gradient norms other than k = 1 in a neighbourhood of the
*real* data only: x plus uniform noise of up to half the batch's standard deviation, scaled by a
random factor. (Tutorials that call DRAGAN "adversarial regret" describe its motivation, not the
algorithm.)

$$L_D = -\mathbb{E}_x[\log D(x)] - \mathbb{E}_z[\log(1 - D(G(z)))]
      + \lambda \, \mathbb{E}_{x, \delta}[(\|\nabla D(x + \delta)\|_2 - k)^2]$$

$$L_G = -\mathbb{E}_z[\log D(G(z))]$$

Departs from the paper: the shared networks of the controlled rows. The perturbation is that of the
authors' code, and the gradient is that of the logit, as in most later implementations. On small
data params.yaml has a smaller lambda.
"""

import torch
from torch import Tensor
from torch.nn.functional import softplus

from gans.common import networks
from gans.common.penalties import gradient_norm
from gans.common.variant import Backbone, Batches, Losses, Shape, Variant


class DRAGAN(Variant):
    """The non-saturating loss, and a gradient penalty around the real data.

    Args:
        penalty_weight: lambda.
        radius: c, the largest perturbation, in standard deviations of the batch.
    """

    def __init__(
        self,
        shape: Shape,
        *,
        latent: int = 100,
        width: int = 64,
        backbone: Backbone = "dcgan",
        penalty_weight: float = 10.0,
        radius: float = 0.5,
    ) -> None:
        super().__init__(shape, latent)
        self.penalty_weight = penalty_weight
        self.radius = radius
        self.generator = networks.generator(shape, latent, width, backbone=backbone)
        self.discriminator = networks.discriminator(shape, width, backbone=backbone)

    def perturb(self, real: Tensor) -> Tensor:
        """Draw a point between each real sample ``(n, ...)`` and a perturbed copy of it."""
        position = torch.rand(len(real), *[1] * (real.dim() - 1), device=real.device)
        return real + position * self.radius * real.std() * torch.rand_like(real)

    def step(self, batches: Batches) -> Losses:
        real = next(batches)
        fake = self.fake(len(real))
        norm = gradient_norm(self.discriminator, self.perturb(real))
        yield (
            self.discriminator,
            {
                "real": softplus(-self.discriminator(real)).mean(),
                "fake": softplus(self.discriminator(fake)).mean(),
                "penalty": self.penalty_weight * (norm - 1).square().mean(),
            },
        )
        fake = self.sample(len(real))
        yield self.generator, {"adversarial": softplus(-self.discriminator(fake)).mean()}
