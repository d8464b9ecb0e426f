r"""ESRGAN: Enhanced Super-Resolution Generative Adversarial Networks.

Wang et al., 2018, arXiv:1809.00219, equations 1 to 4 and section 4.1.

SRGAN leaves artefacts. Here dense blocks without batch normalisation make the image; features are held
against those of the truth before the ReLU, after which most are 0; and the discriminator, whose score
is C, says which of two images is more real, so that the generator learns from the real ones too. All
begins with a regression by L1, whose weights are kept: samples are drawn of the mixture theta.

$$\tilde D(y) = \sigma(C(y) - \mathbb{E}_x[C(G(x))]), \quad
  \tilde D(G(x)) = \sigma(C(G(x)) - \mathbb{E}_y[C(y)])$$

$$L_D = -\mathbb{E}_y[\log \tilde D(y)] - \mathbb{E}_x[\log(1 - \tilde D(G(x)))], \quad
  L_{adv} = -\mathbb{E}_y[\log(1 - \tilde D(y))] - \mathbb{E}_x[\log \tilde D(G(x))]$$

$$L_G = \mathbb{E}[\|\phi(y) - \phi(G(x))\|_1] + \lambda L_{adv} + \eta \mathbb{E}[\|y - G(x)\|_1], \quad
  \theta = (1 - \alpha) \theta_{L_1} + \alpha \theta_G$$

Departs from the paper: the generator adds to a bicubic enlargement; phi is of the data set's classifier,
unless VGG-19 is asked for; smaller networks; no turned images; one rate before the game; samples cut off.
"""

from torch.nn.functional import l1_loss, softplus

from gans.common.networks.super_resolution import Discriminator, Interpolated, RRDBNet
from gans.common.pretrained import Pretrained
from gans.common.variant import Losses


class ESRGAN(Pretrained):
    """A regression by L1, and then a relativistic game with a loss of features.

    Args:
        pretraining: share of the budget of the regression; the code's is 10^6 of 1.4 * 10^6 steps.
        adversarial_weight, l1_weight, interpolation: lambda, eta and alpha.
    """

    generator: Interpolated
    boundary = None  # a constant added to the scores changes nothing

    def __init__(
        self,
        shape,
        *,
        source,
        width: int = 64,
        growth: int = 32,
        blocks: int = 23,
        pretraining: float = 5 / 7,
        adversarial_weight: float = 5e-3,
        l1_weight: float = 1e-2,
        interpolation: float = 1.0,
    ) -> None:
        super().__init__(shape, source, pretraining)
        self.adversarial_weight, self.l1_weight = adversarial_weight, l1_weight
        self.generator = Interpolated(RRDBNet(shape, source, width, growth, blocks), interpolation)
        self.discriminator = Discriminator(shape, width)

    def lr_scale(self):
        return 0.5 ** sum(self.played >= part for part in (1 / 8, 1 / 4, 1 / 2, 3 / 4))

    def relative(self, real, fake):
        real, fake = self.discriminator(real), self.discriminator(fake)
        return real - fake.mean(), fake - real.mean()

    def step(self, batches) -> Losses:
        real, condition = next(batches)
        fake = self.generator(condition)
        l1 = l1_loss(fake, real)
        if self.played < 0:
            yield self.generator, {"l1": l1}
            self.generator.keep()
            return
        more, less = self.relative(real, fake.detach())
        yield self.discriminator, {"real": softplus(-more).mean(), "fake": softplus(less).mean()}
        more, less = self.relative(real, fake)
        adversarial = softplus(more).mean() + softplus(-less).mean()
        perceptual = l1_loss(self.perceptual_layers(fake)[-1], self.perceptual_layers(real)[-1])
        losses = {"perceptual": perceptual, "l1": self.l1_weight * l1}
        yield self.generator, losses | {"adversarial": self.adversarial_weight * adversarial}
