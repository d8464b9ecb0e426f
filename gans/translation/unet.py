r"""U-Net: the regression that pix2pix is held against.

Ronneberger, Fischer and Brox, 2015, arXiv:1505.04597, figure 1, with the L1 loss of Isola et al.
2017, arXiv:1611.07004, section 4.1.

No adversary: each image that is made is drawn towards the one that belongs to what was given. Where
several would be right, the least mean distance has their median, which looks like none of them. It
stands on the boards of translation as the variational autoencoder does on those of samples: to show
what the game adds.

$$L = \lambda \mathbb{E}_{x, y}[\|y - G(x)\|_1]$$

Departs from the paper: the generator of pix2pix, levels by strides instead of pooling, and images
instead of segmentations; no dropout, which serves as the noise there and has no use here.
"""

from gans.common.networks.image_to_image import UNet
from gans.common.variant import ImageToImage, Losses


class UNetRegression(ImageToImage):
    """The generator of pix2pix with its L1 term alone.

    Args:
        l1_weight: lambda, of the mean distance of pixels in [-1, 1].
    """

    def __init__(self, shape, *, source, width: int = 64, l1_weight: float = 100.0) -> None:
        super().__init__(shape, source)
        self.l1_weight = l1_weight
        self.generator = UNet(shape, source, width, dropout=0.0)

    def step(self, batches) -> Losses:
        real, condition = next(batches)
        made = self.sample(len(condition), condition)
        yield self.generator, {"l1": self.l1_weight * (real - made).abs().mean()}
