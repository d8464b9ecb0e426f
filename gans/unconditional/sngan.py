r"""SNGAN: Spectral Normalization for Generative Adversarial Networks.

Miyato, Kataoka, Koyama and Yoshida, 2018, arXiv:1802.05957, algorithm 1 and equation 17.

Dividing each weight matrix of the discriminator by its largest singular value bounds the Lipschitz
constant of every layer by 1. It costs one step of power iteration per forward pass, and needs no
additional gradient and no clipping. The paper uses the non-saturating and the hinge loss; this is
the hinge loss, whose gradient is zero for samples classified with a margin.

$$\bar W = W / \sigma(W)$$

$$L_D = \mathbb{E}_x[\max(0, 1 - D(x))] + \mathbb{E}_z[\max(0, 1 + D(G(z)))]$$

$$L_G = -\mathbb{E}_z[D(G(z))]$$

Departs from the paper: the shared networks of the controlled rows, of which the residual ones are
the paper's; by default, one step of the discriminator per step of the generator. A convolution's
kernel is normalised as a matrix with one row per output channel, as in the paper's experiments.
"""

from torch import nn
from torch.nn.functional import relu
from torch.nn.utils.parametrizations import spectral_norm

from gans.common import networks
from gans.common.variant import Backbone, Batches, Losses, Shape, Variant


class SNGAN(Variant):
    """The hinge loss and a discriminator with spectral norm 1 in every layer.

    Args:
        n_discriminator: steps of the discriminator per step of the generator.
        generator_batches: samples of a generator step, in minibatches.
    """

    def __init__(
        self,
        shape: Shape,
        *,
        latent: int = 128,
        width: int = 64,
        backbone: Backbone = "dcgan",
        n_discriminator: int = 1,  # 5 in the paper for CIFAR-10
        generator_batches: int = 1,  # 2 in the authors' code for CIFAR-10
    ) -> None:
        super().__init__(shape, latent)
        self.n_discriminator = n_discriminator
        self.generator_batches = generator_batches
        self.generator = networks.generator(shape, latent, width, backbone=backbone)
        self.discriminator = networks.discriminator(shape, width, backbone=backbone)
        for layer in self.discriminator.modules():
            if isinstance(layer, nn.Conv2d | nn.Linear):
                spectral_norm(layer)  # one power iteration per forward pass, algorithm 1

    def step(self, batches: Batches) -> Losses:
        for _ in range(self.n_discriminator):
            real = next(batches)
            fake = self.fake(len(real))
            yield (
                self.discriminator,
                {
                    "real": relu(1 - self.discriminator(real)).mean(),  # eq. 16
                    "fake": relu(1 + self.discriminator(fake)).mean(),
                },
            )
        fake = self.sample(self.generator_batches * len(real))
        yield self.generator, {"adversarial": -self.discriminator(fake).mean()}
