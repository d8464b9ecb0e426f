r"""Minimax GAN: Generative Adversarial Nets, with the loss of the game itself.

Goodfellow, Pouget-Abadie, Mirza, Xu, Warde-Farley, Ozair, Courville and Bengio, 2014,
arXiv:1406.2661, equation 1.

Both players share one value function, and the generator descends log(1 - D(G(z))). Where the
discriminator is sure that a sample is generated this is flat: its slope in the logit is -D(G(z)),
which vanishes just when the generator has most to learn, and so the same paper advises against it.
Only the generator's loss differs from the row `dcgan`: the two rows side by side show what the
choice costs, or whether the discriminator here ever wins so clearly that it matters.

$$\min_G \max_D \; \mathbb{E}_x[\log D(x)] + \mathbb{E}_z[\log(1 - D(G(z)))]$$

Departs from the paper: convolutional networks instead of multilayer perceptrons, Adam instead of
momentum.
"""

from torch.nn.functional import softplus

from gans.common import networks
from gans.common.variant import Losses, Variant


class MinimaxGAN(Variant):
    """The saturating loss on the shared networks."""

    def __init__(self, shape, *, latent: int = 100, width: int = 64) -> None:
        super().__init__(shape, latent)
        self.generator = networks.generator(shape, latent, width)
        self.discriminator = networks.discriminator(shape, width)

    def step(self, batches) -> Losses:
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
