r"""ESRGAN: Enhanced Super-Resolution Generative Adversarial Networks.

Wang, Yu, Wu, Gu, Liu, Dong, Loy, Qiao and Tang, 2018, arXiv:1809.00219, equations 1 to 4, section
4.1.

Dense blocks without batch normalisation avoid SRGAN's artefacts; features are compared before the
ReLU, after which most are 0; and the relativistic discriminator C compares real with generated
images, so that the generator learns from both. Samples have the weights theta, interpolated between
the weights after the L1 regression and after adversarial training.

$$\tilde D(y) = \sigma(C(y) - \mathbb{E}_x[C(G(x))]), \quad
  \tilde D(G(x)) = \sigma(C(G(x)) - \mathbb{E}_y[C(y)])$$

$$L_D = -\mathbb{E}_y[\log \tilde D(y)] - \mathbb{E}_x[\log(1 - \tilde D(G(x)))], \quad
  L_{adv} = -\mathbb{E}_y[\log(1 - \tilde D(y))] - \mathbb{E}_x[\log \tilde D(G(x))]$$

$$L_G = \mathbb{E}[\|\phi(y) - \phi(G(x))\|_1] + \lambda L_{adv} + \eta \mathbb{E}[\|y - G(x)\|_1], \quad
  \theta = (1 - \alpha) \theta_{L_1} + \alpha \theta_G$$

Departs from the paper: outputs are added to a bicubic upsampling and clipped; phi is of the data
set's classifier unless vgg19 is chosen; smaller networks; no augmentation; one rate for the
regression.
"""

from torch import Tensor
from torch.nn.functional import l1_loss, softplus

from gans.common.networks.super_resolution import Discriminator, NetworkInterpolation, RRDBNet
from gans.common.pretrained import Pretrained
from gans.common.variant import Batches, Losses, Shape


class ESRGAN(Pretrained):
    """An L1 regression, then relativistic adversarial training with a perceptual loss.

    Args:
        pretraining: share of the regression; in the authors' code 10^6 of 1.4 * 10^6 steps.
        adversarial_weight, l1_weight, interpolation: lambda, eta and alpha.
    """

    generator: NetworkInterpolation
    boundary = None  # a constant added to the scores changes nothing

    def __init__(
        self, shape: Shape, *, source: Shape, width: int = 64, growth: int = 32, blocks: int = 23,
        pretraining: float = 5 / 7, adversarial_weight: float = 5e-3, l1_weight: float = 1e-2,
        interpolation: float = 1.0,
    ) -> None:  # fmt: skip
        super().__init__(shape, source, pretraining)
        self.adversarial_weight, self.l1_weight = adversarial_weight, l1_weight
        network = RRDBNet(shape, source, width, growth, blocks)
        self.generator = NetworkInterpolation(network, interpolation)
        self.discriminator = Discriminator(shape, width)

    def lr_scale(self) -> float:
        steps = (1 / 8, 1 / 4, 1 / 2, 3 / 4)
        return 0.5 ** sum(self.adversarial_progress >= step for step in steps)

    def relative_logits(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        """Compute the logits of real and generated images, relative to the other kind's mean."""
        on_real, on_fake = self.discriminator(real), self.discriminator(fake)
        return on_real - on_fake.mean(), on_fake - on_real.mean()

    def step(self, batches: Batches) -> Losses:
        real, condition = next(batches)
        fake = self.generator(condition)
        l1 = l1_loss(fake, real)
        if self.adversarial_progress < 0:
            yield self.generator, {"l1": l1}
            self.generator.store_weights()
            return
        on_real, on_fake = self.relative_logits(real, fake.detach())
        losses = {"real": softplus(-on_real).mean(), "fake": softplus(on_fake).mean()}
        yield self.discriminator, losses
        on_real, on_fake = self.relative_logits(real, fake)
        adversarial = softplus(on_real).mean() + softplus(-on_fake).mean()
        perceptual = l1_loss(self.perceptual_layers(fake)[-1], self.perceptual_layers(real)[-1])
        losses = {"perceptual": perceptual, "l1": self.l1_weight * l1}
        yield self.generator, losses | {"adversarial": self.adversarial_weight * adversarial}
