r"""pix2pix: Image-to-Image Translation with Conditional Adversarial Networks.

Isola, Zhu, Zhou and Efros, 2017, arXiv:1611.07004, equations 1 to 4.

Where pairs are known, a regression could learn the translation, but the mean of all that might be
right is blurred. So the loss is learned too: a discriminator sees the given image beside the real or
the made one, and says of each patch whether the two belong together. An L1 term keeps the whole near
the truth and leaves the fine structure to the discriminator. Noise enters as dropout alone, in the
decoder, and not only in training.

$$L_{cGAN} = \mathbb{E}_{x, y}[\log D(x, y)] + \mathbb{E}_x[\log(1 - D(x, G(x)))]$$

$$L_{L1} = \mathbb{E}_{x, y}[\|y - G(x)\|_1], \qquad
  G^* = \arg\min_G \max_D L_{cGAN} + \lambda L_{L1}$$

Departs from the paper: fewer levels and channels, for images of a few pixels; instance normalisation,
to which its batch normalisation comes with one image a minibatch, as there are more here; no crops
or mirror images. The generator's loss is the non-saturating one, and the discriminator's is halved,
as the paper says in section 3.3.
"""

import torch
from torch.nn.functional import softplus

from gans.common.networks.image_to_image import PatchDiscriminator, UNet
from gans.common.variant import ImageToImage, Losses


class Pix2Pix(ImageToImage):
    """A U-Net against a discriminator of pairs of patches, and an L1 term.

    Args:
        l1_weight: lambda, of the mean distance of pixels in [-1, 1].
    """

    def __init__(self, shape, *, source, width: int = 64, l1_weight: float = 100.0) -> None:
        super().__init__(shape, source)
        self.l1_weight = l1_weight
        self.generator = UNet(shape, source, width)
        self.discriminator = PatchDiscriminator(shape[0] + source[0], min(shape[1:]), width)

    def pairs(self, images, condition):
        """The discriminator's scores of patches of images, each beside what it was made from."""
        return self.discriminator(torch.cat([condition, images], dim=1))

    def discriminator_score(self, images, condition=None):
        return self.pairs(images, condition).flatten(1).mean(dim=1)

    def step(self, batches) -> Losses:
        real, condition = next(batches)
        fake = self.fake(len(condition), condition)
        yield (
            self.discriminator,
            {
                "real": 0.5 * softplus(-self.pairs(real, condition)).mean(),
                "fake": 0.5 * softplus(self.pairs(fake, condition)).mean(),
            },
        )
        fake = self.sample(len(condition), condition)
        yield (
            self.generator,
            {
                "adversarial": softplus(-self.pairs(fake, condition)).mean(),
                "l1": self.l1_weight * (real - fake).abs().mean(),
            },
        )
