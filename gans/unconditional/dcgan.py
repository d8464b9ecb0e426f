r"""DCGAN: Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks.

Radford, Metz and Chintala, 2016, arXiv:1511.06434, section 3, with the loss of Goodfellow et al.

Both players use strided convolutions instead of pooling. The generator has batch normalisation and
ReLU, the discriminator leaky ReLU, and Adam's first moment decays with 0.5. This recipe made GANs
trainable on images, and all controlled rows share its networks, unless their data set has another
backbone. The loss is the non-saturating one,
which makes this row their baseline.

$$L_D = -\mathbb{E}_x[\log D(x)] - \mathbb{E}_z[\log(1 - D(G(z)))]$$

$$L_G = -\mathbb{E}_z[\log D(G(z))]$$

Departs from the paper: no batch normalisation in the discriminator, because the controlled rows
share it and a gradient penalty needs independent samples; an additional 3x3 convolution at the end
of the generator and at the start of the discriminator, since 8x8 has room for one strided layer
only; Gaussian instead of uniform noise; PyTorch's default initialisation.
"""

from torch.nn.functional import softplus

from gans.common import networks
from gans.common.variant import Backbone, Batches, Losses, Shape, Variant


class DCGAN(Variant):
    """The non-saturating loss on the shared convolutional networks."""

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
        yield self.generator, {"adversarial": softplus(-self.discriminator(fake)).mean()}
