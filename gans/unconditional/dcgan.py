r"""DCGAN: Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks.

Radford, Metz and Chintala, 2016, arXiv:1511.06434, section 3, with the loss of Goodfellow et al.

Convolutions in both players, strides instead of pooling, batch normalisation and ReLU in the
generator, leaky ReLU in the discriminator, and Adam with its first momentum lowered to 0.5: the
recipe that made GANs on images trainable, and the networks that every controlled row shares. The
loss is the non-saturating one, so this row is the baseline of the board.

$$L_D = -\mathbb{E}_x[\log D(x)] - \mathbb{E}_z[\log(1 - D(G(z)))]$$

$$L_G = -\mathbb{E}_z[\log D(G(z))]$$

Departs from the paper: no batch normalisation in the discriminator, since the controlled rows share
it and a gradient penalty needs it to judge each sample by itself; a last 3x3 convolution in the
generator and a first one in the discriminator, since 8x8 leaves room for one stride only; Gaussian
instead of uniform noise; PyTorch's initial weights.
"""

from torch.nn.functional import softplus

from gans.common import networks
from gans.common.variant import Losses, Variant


class DCGAN(Variant):
    """The non-saturating loss on the shared convolutional networks."""

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
        yield self.generator, {"adversarial": softplus(-self.discriminator(fake)).mean()}
