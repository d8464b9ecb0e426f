r"""DRAGAN: On Convergence and Stability of GANs.

Kodali, Abernethy, Hays and Kira, 2017, arXiv:1705.07215, equation 3.

Mode collapse comes with sharp gradients of the discriminator around some real points. DRAGAN keeps
the non-saturating game and asks for a gradient of norm k = 1 in a neighbourhood of the *real* data
only: x plus uniform noise up to half the standard deviation of the batch, at a random share of the
way. (Tutorials that call it "adversarial regret" describe the motivation, not the algorithm.)

$$L_D = -\mathbb{E}_x[\log D(x)] - \mathbb{E}_z[\log(1 - D(G(z)))]
      + \lambda \, \mathbb{E}_{x, \delta}[(\|\nabla D(x + \delta)\|_2 - k)^2]$$

$$L_G = -\mathbb{E}_z[\log D(G(z))]$$

Departs from the paper: the networks of the controlled rows. The perturbation is that of the
authors' code, and the gradient is that of the logit, as in the code of most who followed.
"""

import torch
from torch.nn.functional import softplus

from gans.common import networks
from gans.common.penalties import gradient_norm
from gans.common.variant import Losses, Variant


class DRAGAN(Variant):
    """The non-saturating loss, and a penalty on the gradient around the data.

    Args:
        penalty_weight: lambda.
        radius: c, the reach of the perturbation, in standard deviations of the batch.
    """

    def __init__(
        self,
        shape,
        *,
        latent: int = 100,
        width: int = 64,
        penalty_weight: float = 10.0,
        radius: float = 0.5,
    ) -> None:
        super().__init__(shape, latent)
        self.penalty_weight = penalty_weight
        self.radius = radius
        self.generator = networks.generator(shape, latent, width)
        self.discriminator = networks.discriminator(shape, width)

    def around(self, real):
        """Real samples, each moved a random share of the way to a perturbed copy."""
        share = torch.rand(len(real), *[1] * (real.dim() - 1), device=real.device)
        return real + share * self.radius * real.std() * torch.rand_like(real)

    def step(self, batches) -> Losses:
        real = next(batches)
        fake = self.fake(len(real))
        norm = gradient_norm(self.discriminator, self.around(real))
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
