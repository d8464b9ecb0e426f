r"""Minimax GAN: Generative Adversarial Nets.

Goodfellow, Pouget-Abadie, Mirza, Xu, Warde-Farley, Ozair, Courville and Bengio, 2014,
arXiv:1406.2661, equation 1: the minimax loss.

Both players share one value function, and the generator descends log(1 - D(G(z))). This saturates
when the discriminator is confident: the derivative with respect to the logit is -D(G(z)), which
vanishes when the generator has most to learn. The paper itself therefore advises against it. Only
the generator's loss differs from the row `dcgan`, so the two rows show the effect of this choice.

$$\min_G \max_D \; \mathbb{E}_x[\log D(x)] + \mathbb{E}_z[\log(1 - D(G(z)))]$$

Departs from the paper: convolutional networks instead of multilayer perceptrons, Adam instead of
momentum.
"""

from torch.nn.functional import softplus

from gans.common import networks
from gans.common.variant import Backbone, Batches, Losses, Shape, Variant


class MinimaxGAN(Variant):
    """The saturating loss on the shared networks."""

    def __init__(
        self, shape: Shape, *, latent: int = 100, width: int = 64, backbone: Backbone = "dcgan"
    ) -> None:
        super().__init__(shape, latent)
        self.generator = networks.generator(shape, latent, width, backbone=backbone)
        self.discriminator = networks.discriminator(shape, width, backbone=backbone)

    def step(self, batches: Batches) -> Losses:
        real = next(batches)
        fake = self.fake(len(real))
        yield (
            self.discriminator,
            {
                "real": softplus(-self.discriminator(real)).mean(),
                "fake": softplus(self.discriminator(fake)).mean(),
            },
        )
        fake = self.sample(len(real))
        yield self.generator, {"adversarial": -softplus(self.discriminator(fake)).mean()}
