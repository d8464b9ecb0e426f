r"""RaGAN: The relativistic discriminator: a key element missing from standard GAN.

Jolicoeur-Martineau, 2019, arXiv:1807.00734, algorithm 2 with the losses of the standard GAN (RaSGAN).

Half of what a discriminator sees is generated, and it ought to know: when samples come to look as
real as data, data should come to look less real. So it says not whether an image is real but whether
it is more real than the *average* of the other kind. The generator then learns from both halves,
pulling samples above the data's average score and the data below that of the samples.

$$\tilde D(x) = \sigma(C(x) - \mathbb{E}_z[C(G(z))]), \quad
  \tilde D(G(z)) = \sigma(C(G(z)) - \mathbb{E}_x[C(x)])$$

$$L_D = -\mathbb{E}_x[\log \tilde D(x)] - \mathbb{E}_z[\log(1 - \tilde D(G(z)))]$$

$$L_G = -\mathbb{E}_z[\log \tilde D(G(z))] - \mathbb{E}_x[\log(1 - \tilde D(x))]$$

Departs from the paper: the networks of the controlled rows; the generator's turn is held against the
real batch of the discriminator's, not a new one, so that a round costs as many real images as in the
other rows; averages are those of a batch, as in the paper's experiments.
"""

from torch.nn.functional import softplus

from gans.common import networks
from gans.common.variant import Losses, Variant


class RaGAN(Variant):
    """The cross-entropy of each score less the mean score of the other kind."""

    boundary = None  # a constant added to the scores changes nothing

    def __init__(self, shape, *, latent: int = 128, width: int = 64) -> None:
        super().__init__(shape, latent)
        self.generator = networks.generator(shape, latent, width)
        self.discriminator = networks.discriminator(shape, width)

    def relative(self, real, fake):
        """Logits of being more real than the other kind is on average: of each real, each fake."""
        real, fake = self.discriminator(real), self.discriminator(fake)
        return real - fake.mean(), fake - real.mean()

    def step(self, batches) -> Losses:
        batch = next(batches)
        real, fake = self.relative(batch, self.fake(len(batch)))
        yield self.discriminator, {"real": softplus(-real).mean(), "fake": softplus(fake).mean()}
        real, fake = self.relative(batch, self.sample(len(batch)))
        yield self.generator, {"real": softplus(real).mean(), "adversarial": softplus(-fake).mean()}
