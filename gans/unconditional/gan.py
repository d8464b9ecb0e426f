r"""GAN: Generative Adversarial Nets.

Goodfellow, Pouget-Abadie, Mirza, Xu, Warde-Farley, Ozair, Courville and Bengio, 2014,
arXiv:1406.2661, algorithm 1 with the generator's loss of section 3.

A discriminator learns to distinguish data from samples, and a generator learns to produce samples
that the discriminator classifies as data. Early in training the discriminator rejects samples with
confidence and log(1 - D(G(z))) saturates, so the generator maximises log D(G(z)) instead: the fixed
point is the same, but the gradient is large. This row has the paper's multilayer perceptrons, so it
also shows the benefit of convolutions.

$$L_D = -\mathbb{E}_x[\log D(x)] - \mathbb{E}_z[\log(1 - D(G(z)))]$$

$$L_G = -\mathbb{E}_z[\log D(G(z))]$$

Departs from the paper: leaky ReLU instead of maxout with dropout in the discriminator, Gaussian
instead of uniform noise, Adam instead of momentum; fewer units in the rows here.
"""

from torch.nn.functional import softplus

from gans.common.networks import multilayer
from gans.common.variant import Batches, Losses, Shape, Variant


class GAN(Variant):
    """Two multilayer perceptrons and the non-saturating loss."""

    def __init__(self, shape: Shape, *, latent: int = 100, width: int = 1200) -> None:
        super().__init__(shape, latent)
        self.generator = multilayer.Generator(shape, latent, width)
        self.discriminator = multilayer.Discriminator(shape, width)

    def step(self, batches: Batches) -> Losses:
        real = next(batches)
        fake = self.fake(len(real))
        yield (
            self.discriminator,
            {
                "real": softplus(-self.discriminator(real)).mean(),  # -log D(x), with D a sigmoid
                "fake": softplus(self.discriminator(fake)).mean(),  # -log(1 - D(G(z)))
            },
        )
        fake = self.sample(len(real))
        yield self.generator, {"adversarial": softplus(-self.discriminator(fake)).mean()}
