r"""SRGAN: Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network.

Ledig, Theis, Huszár, Caballero, Cunningham, Acosta, Aitken, Tejani, Totz, Wang and Shi, 2017,
arXiv:1609.04802, equations 2, 3, 5 and 6, and section 3.2.

The mean squared error favours the mean of all images that downscale to the input, which is smooth.
SRGAN compares features of a pinned network instead of pixels and adds an adversarial loss, so that
the generator can choose one of these images. It starts from a regression by the mean squared error.

$$L_D = -\mathbb{E}_y[\log D(y)] - \mathbb{E}_x[\log(1 - D(G(x)))]$$

$$L_G = \mu \, \mathbb{E}_{x, y}[\|\phi(y) - \phi(G(x))\|_2^2] - \lambda \mathbb{E}_x[\log D(G(x))]$$

phi is the ReLU of the network's last convolution, $\phi_{5,4}$ of VGG-19; mu adjusts its scale. In
the second half of adversarial training the learning rates are a tenth.

Departs from the paper: the output is added to a bicubic upsampling; phi is a layer of the data
set's classifier, with another scale, unless vgg19 is chosen; fewer blocks, channels and levels;
inputs are in [-1, 1], not in [0, 1]; samples are clipped to [-1, 1]. The squared norm is averaged
over channels, which equation 5 leaves open, the adversarial term over the minibatch.
"""

from torch.nn.functional import mse_loss, softplus

from gans.common.networks.super_resolution import Discriminator, SRResNet
from gans.common.pretrained import Pretrained
from gans.common.variant import Batches, Losses, Shape


class SRGAN(Pretrained):
    """A regression by the mean squared error, then adversarial training with a content loss.

    Args:
        width: channels of the generator, and of the discriminator at full resolution.
        blocks: B, the number of residual blocks.
        pretraining: share of the regression; in the paper 10^6 of 1.2 * 10^6 steps.
        content_weight, adversarial_weight: mu and lambda.
    """

    def __init__(
        self,
        shape: Shape,
        *,
        source: Shape,
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

    def lr_scale(self) -> float:
        return 0.1 if self.adversarial_progress >= 0.5 else 1.0

    def step(self, batches: Batches) -> Losses:
        real, condition = next(batches)
        fake = self.generator(condition)
        if self.adversarial_progress < 0:
            yield self.generator, {"mse": mse_loss(fake, real)}
            return
        yield (
            self.discriminator,
            {
                "real": softplus(-self.discriminator(real)).mean(),
                "fake": softplus(self.discriminator(fake.detach())).mean(),
            },
        )
        phi = self.perceptual_layers
        content = mse_loss(phi(fake)[-1].relu(), phi(real)[-1].relu())
        yield (
            self.generator,
            {
                "content": self.content_weight * content,
                "adversarial": self.adversarial_weight * softplus(-self.discriminator(fake)).mean(),
            },
        )
