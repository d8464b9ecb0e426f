r"""WGAN: Wasserstein GAN.

Arjovsky, Chintala and Bottou, 2017, arXiv:1701.07875, algorithm 1.

Where data and samples lie on supports that do not meet, the Jensen-Shannon divergence is constant
and teaches nothing; the Wasserstein-1 distance still falls as they approach. By Kantorovich and
Rubinstein it is the largest gap in mean that a 1-Lipschitz function can find, so a critic f is
trained to find it for several steps before each step of the generator. Clipping the weights to
[-c, c] keeps the critic Lipschitz, if not 1-Lipschitz: the distance comes out scaled by a constant.

$$\max_{\|f\|_L \le K} \; \mathbb{E}_x[f(x)] - \mathbb{E}_z[f(G(z))]$$

Departs from the paper: the networks of the controlled rows, and no longer runs of the critic at the
start of training and now and then later (100 steps in the authors' code, none in algorithm 1).
"""

import torch

from gans.common import networks
from gans.common.variant import Losses, Variant


class WGAN(Variant):
    """A critic kept Lipschitz by clipping its weights.

    Args:
        n_critic: steps of the critic for each step of the generator.
        clip: c, the bound on each weight of the critic.
    """

    boundary = None  # a constant added to the critic changes nothing

    def __init__(
        self, shape, *, latent: int = 100, width: int = 64, n_critic: int = 5, clip: float = 0.01
    ) -> None:
        super().__init__(shape, latent)
        self.n_critic = n_critic
        self.clip = clip
        self.generator = networks.generator(shape, latent, width)
        self.critic = networks.discriminator(shape, width)

    def step(self, batches) -> Losses:
        for _ in range(self.n_critic):
            real = next(batches)
            fake = self.fake(len(real))
            yield self.critic, {"wasserstein": self.critic(fake).mean() - self.critic(real).mean()}
            with torch.no_grad():
                for weight in self.critic.parameters():
                    weight.clamp_(-self.clip, self.clip)  # line 7
        yield self.generator, {"adversarial": -self.critic(self.sample(len(real))).mean()}
