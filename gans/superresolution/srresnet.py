r"""SRResNet: the regression that SRGAN is held against.

Ledig et al., 2017, arXiv:1609.04802, equation 4 and the generator of figure 4.

No adversary: the mean squared error draws each image that is made towards the one that was shrunk.
Where several would have shrunk to the same, the least error has their mean, which is smooth: the best
that can be had by the signal-to-noise ratio, and less sharp than any of them. All but the last layers
work at the resolution of what is given; then sub-pixel convolutions double it, in which four channels
become the pixels of a square.

$$L = \frac{1}{c h w} \mathbb{E}_{x, y}[\|y - G(x)\|_2^2]$$

Departs from the paper: all that is learned is added to a bicubic enlargement, since a budget has some
thousand steps, not 10^6; fewer blocks and channels, for images of a few pixels; what is given is in
[-1, 1], not in [0, 1]; samples are cut off at -1 and 1, as nothing bounds the last layer. The factor
is 2 or 4, whichever the data have, where the paper has 4.
"""

from torch.nn.functional import mse_loss

from gans.common.networks.super_resolution import SRResNet as Generator
from gans.common.variant import ImageToImage, Losses


class SRResNet(ImageToImage):
    """The generator of SRGAN with the mean squared error alone.

    Args:
        width: channels of all layers.
        blocks: of two convolutions, B.
    """

    def __init__(self, shape, *, source, width: int = 64, blocks: int = 16) -> None:
        super().__init__(shape, source)
        self.generator = Generator(shape, source, width, blocks)

    def step(self, batches) -> Losses:
        real, condition = next(batches)
        yield self.generator, {"mse": mse_loss(self.generator(condition), real)}

    def sample(self, n, condition=None):
        return super().sample(n, condition).clamp(-1, 1)
