r"""SRResNet: Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network.

Ledig, Theis, Huszár, Caballero, Cunningham, Acosta, Aitken, Tejani, Totz, Wang and Shi, 2017,
arXiv:1609.04802, equation 4 and the generator of figure 4.

Not a GAN, but the regression baseline of SRGAN. If several high-resolution images correspond to one
low-resolution image, the mean squared error is minimal at their mean, which is smooth: it maximises
the signal-to-noise ratio, but is less sharp than any of them. All layers but the last work at the
low resolution; then sub-pixel convolutions double it, which rearrange four channels as 2x2 pixels.

$$L = \frac{1}{c h w} \mathbb{E}_{x, y}[\|y - G(x)\|_2^2]$$

Departs from the paper: the output is added to a bicubic upsampling, since the budget has thousands
of steps, not 10^6; fewer blocks and channels, for small images; inputs are in [-1, 1], not in [0,
1]; samples are clipped to [-1, 1], as the last layer is unbounded. The factor is 2 or 4, depending
on the data, where the paper has 4.
"""

from torch import Tensor
from torch.nn.functional import mse_loss

from gans.common.networks.super_resolution import SRResNet as Generator
from gans.common.variant import Batches, ImageToImage, Losses, Shape


class SRResNet(ImageToImage):
    """The generator of SRGAN, trained with the mean squared error.

    Args:
        width: channels of all layers.
        blocks: B, the number of residual blocks.
    """

    def __init__(self, shape: Shape, *, source: Shape, width: int = 64, blocks: int = 16) -> None:
        super().__init__(shape, source)
        self.generator = Generator(shape, source, width, blocks)

    def step(self, batches: Batches) -> Losses:
        real, condition = next(batches)
        yield self.generator, {"mse": mse_loss(self.generator(condition), real)}

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        return super().sample(n, condition).clamp(-1, 1)
