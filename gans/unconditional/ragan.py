r"""RaGAN: The relativistic discriminator: a key element missing from standard GAN.

Jolicoeur-Martineau, 2019, arXiv:1807.00734, algorithm 2 with the losses of the standard GAN
(RaSGAN).

Half of what a discriminator sees is generated, which a standard discriminator ignores: as samples
look more real, data should look less real. The relativistic average discriminator estimates whether
an image is more real than the *average* of the other kind. The generator then learns from both
halves: it raises the scores of samples above the data's average and lowers those of the data.

$$\tilde D(x) = \sigma(C(x) - \mathbb{E}_z[C(G(z))]), \quad
  \tilde D(G(z)) = \sigma(C(G(z)) - \mathbb{E}_x[C(x)])$$

$$L_D = -\mathbb{E}_x[\log \tilde D(x)] - \mathbb{E}_z[\log(1 - \tilde D(G(z)))]$$

$$L_G = -\mathbb{E}_z[\log \tilde D(G(z))] - \mathbb{E}_x[\log(1 - \tilde D(x))]$$

Departs from the paper: the shared networks of the controlled rows; the generator's step uses the
real batch of the discriminator's step, not a new one, so that a round uses as many real images as
in the other rows. Averages are over a batch, as in the paper's experiments.
"""

from torch import Tensor
from torch.nn.functional import softplus

from gans.common import networks
from gans.common.variant import Backbone, Batches, Losses, Shape, Variant


class RaGAN(Variant):
    """The cross-entropy of each score minus the mean score of the other kind."""

    boundary = None  # a constant added to the scores changes nothing

    def __init__(
        self, shape: Shape, *, latent: int = 128, width: int = 64, backbone: Backbone = "dcgan"
    ) -> None:
        super().__init__(shape, latent)
        self.generator = networks.generator(shape, latent, width, backbone=backbone)
        self.discriminator = networks.discriminator(shape, width, backbone=backbone)

    def relative_logits(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        """Compute the logits of real and fake images, relative to the other kind's mean."""
        on_real, on_fake = self.discriminator(real), self.discriminator(fake)
        return on_real - on_fake.mean(), on_fake - on_real.mean()

    def step(self, batches: Batches) -> Losses:
        images = next(batches)
        real, fake = self.relative_logits(images, self.fake(len(images)))
        yield self.discriminator, {"real": softplus(-real).mean(), "fake": softplus(fake).mean()}
        real, fake = self.relative_logits(images, self.sample(len(images)))
        yield self.generator, {"real": softplus(real).mean(), "adversarial": softplus(-fake).mean()}
