r"""SRGAN: Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network.

Ledig et al., 2017, arXiv:1609.04802, equations 2, 3, 5 and 6, and section 3.2.

The mean squared error wants the mean of all images that would have shrunk to the one that is given,
and that mean is smooth. So pixels are no longer compared: what is made has to agree with the truth in
the features of a pinned network, and to look real to a discriminator, which leaves the generator free
to choose one of those images. It begins where the mean squared error leads.

$$L_D = -\mathbb{E}_y[\log D(y)] - \mathbb{E}_x[\log(1 - D(G(x)))]$$

$$L_G = \mu \, \mathbb{E}_{x, y}[\|\phi(y) - \phi(G(x))\|_2^2] - \lambda \mathbb{E}_x[\log D(G(x))]$$

phi is what the last convolution of the network gives after its ReLU, of VGG-19 $\phi_{5,4}$; mu brings
its scale near that of the mean squared error. In the second half of the game the rates are a tenth.

Departs from the paper: the generator adds to a bicubic enlargement; phi is of the classifier of the
data set, and its scale is another, unless vgg19 is asked for; fewer blocks, channels and levels; what
is given is in [-1, 1], not in [0, 1]; samples are cut off at -1 and 1. The squared norm is a mean over
channels, of which equation 5 does not speak, and the adversarial term one over the minibatch, not a sum.
"""

from torch.nn.functional import mse_loss, softplus

from gans.common.networks.super_resolution import Discriminator, SRResNet
from gans.common.pretrained import Pretrained
from gans.common.variant import Losses


class SRGAN(Pretrained):
    """A regression by the mean squared error, and then a game with a loss of features.

    Args:
        width: channels of the generator, and of the discriminator at full resolution.
        blocks: of two convolutions, B.
        pretraining: share of the budget of the regression; the paper's is 10^6 of 1.2 * 10^6 steps.
        content_weight, adversarial_weight: mu and lambda.
    """

    def __init__(
        self,
        shape,
        *,
        source,
        width: int = 64,
        blocks: int = 16,
        pretraining: float = 5 / 6,
        content_weight: float = 0.006,
        adversarial_weight: float = 1e-3,
    ) -> None:
        super().__init__(shape, source, pretraining)
        self.content_weight, self.adversarial_weight = content_weight, adversarial_weight
        self.generator = SRResNet(shape, source, width, blocks)
        self.discriminator = Discriminator(shape, width)

    def lr_scale(self):
        return 0.1 if self.played >= 0.5 else 1.0

    def step(self, batches) -> Losses:
        real, condition = next(batches)
        fake = self.generator(condition)
        if self.played < 0:
            yield self.generator, {"mse": mse_loss(fake, real)}
            return
        yield (
            self.discriminator,
            {
                "real": softplus(-self.discriminator(real)).mean(),
                "fake": softplus(self.discriminator(fake.detach())).mean(),
            },
        )
        content = mse_loss(
            self.perceptual_layers(fake)[-1].relu(), self.perceptual_layers(real)[-1].relu()
        )
        yield (
            self.generator,
            {
                "content": self.content_weight * content,
                "adversarial": self.adversarial_weight * softplus(-self.discriminator(fake)).mean(),
            },
        )
