r"""U-Net: Convolutional Networks for Biomedical Image Segmentation.

Ronneberger, Fischer and Brox, 2015, arXiv:1505.04597, figure 1, with the L1 loss of Isola et al.
2017, arXiv:1611.07004, section 4.1.

Not a GAN, but the regression baseline of pix2pix: it shows the effect of the adversarial loss. Each
output is fitted to the target of its input. If several targets are plausible, the L1 loss is
minimal at their median, which may look like none of them.

$$L = \lambda \mathbb{E}_{x, y}[\|y - G(x)\|_1]$$

Departs from the paper: the generator of pix2pix, strides instead of pooling, and images instead of
segmentations; no dropout, which is the noise of pix2pix and has no use here.
"""

from gans.common.networks.image_to_image import UNet
from gans.common.variant import Batches, ImageToImage, Losses, Shape


class UNetRegression(ImageToImage):
    """The generator of pix2pix, trained with its L1 term.

    Args:
        l1_weight: lambda, for the mean absolute error of pixels in [-1, 1].
    """

    def __init__(
        self, shape: Shape, *, source: Shape, width: int = 64, l1_weight: float = 100.0
    ) -> None:
        super().__init__(shape, source)
        self.l1_weight = l1_weight
        self.generator = UNet(shape, source, width, dropout=0.0)

    def step(self, batches: Batches) -> Losses:
        real, condition = next(batches)
        fake = self.sample(len(condition), condition)
        yield self.generator, {"l1": self.l1_weight * (real - fake).abs().mean()}
