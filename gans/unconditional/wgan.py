r"""WGAN: Wasserstein GAN.

Arjovsky, Chintala and Bottou, 2017, arXiv:1701.07875, algorithm 1.

If data and samples have disjoint supports, the Jensen-Shannon divergence is constant and has no
gradient; the Wasserstein-1 distance still decreases as they approach. By Kantorovich-Rubinstein
duality it is the largest difference in mean of a 1-Lipschitz function. A critic f learns this
function for several steps before each step of the generator. Clipping its weights to [-c, c] keeps
it Lipschitz, with an unknown constant that scales the distance.

$$\max_{\|f\|_L \le K} \; \mathbb{E}_x[f(x)] - \mathbb{E}_z[f(G(z))]$$

Departs from the paper: the shared networks of the controlled rows; the critic takes no additional
steps at the start of training and at intervals (100 in the authors' code, none in algorithm 1). On
small data params.yaml has other values of n_critic, c and the learning rate, which is far above the
paper's 5e-5: with c = 0.01, many weights then lie at the bound.
"""

import torch

from gans.common import networks
from gans.common.variant import Backbone, Batches, Losses, Shape, Variant


class WGAN(Variant):
    """The Wasserstein loss with a critic kept Lipschitz by weight clipping.

    Args:
        n_critic: steps of the critic per step of the generator.
        clip: c, the bound on each weight of the critic.
    """

    boundary = None  # a constant added to the critic changes nothing

    def __init__(
        self,
        shape: Shape,
        *,
        latent: int = 100,
        width: int = 64,
        backbone: Backbone = "dcgan",
        n_critic: int = 5,
        clip: float = 0.01,
    ) -> None:
        super().__init__(shape, latent)
        self.n_critic = n_critic
        self.clip = clip
        self.generator = networks.generator(shape, latent, width, backbone=backbone)
        self.critic = networks.discriminator(shape, width, backbone=backbone)

    def step(self, batches: Batches) -> Losses:
        for _ in range(self.n_critic):
            real = next(batches)
            fake = self.fake(len(real))
            yield self.critic, {"wasserstein": self.critic(fake).mean() - self.critic(real).mean()}
            with torch.no_grad():
                for weight in self.critic.parameters():
                    weight.clamp_(-self.clip, self.clip)  # line 7
        yield self.generator, {"adversarial": -self.critic(self.sample(len(real))).mean()}
