r"""pix2pix: Image-to-Image Translation with Conditional Adversarial Networks.

Isola, Zhu, Zhou and Efros, 2017, arXiv:1611.07004, equations 1 to 4.

A regression on pairs of images yields the mean of all plausible targets, which is blurred. So the
loss is learnt too: a discriminator sees the input with the real or the generated image, and
scores for each patch whether the two match. An L1 term enforces the low frequencies and leaves the
high ones to the discriminator. The only noise is dropout in the decoder, in evaluation too.

$$L_{cGAN} = \mathbb{E}_{x, y}[\log D(x, y)] + \mathbb{E}_x[\log(1 - D(x, G(x)))]$$

$$L_{L1} = \mathbb{E}_{x, y}[\|y - G(x)\|_1], \qquad
  G^* = \arg\min_G \max_D L_{cGAN} + \lambda L_{L1}$$

Departs from the paper: fewer levels and channels, for small images; instance normalisation, to
which batch normalisation reduces for the paper's minibatches of one image; no crops or mirror
images. The generator's loss is the non-saturating one and the discriminator's is halved, as in
section 3.3.
"""

import torch
from torch import Tensor
from torch.nn.functional import softplus

from gans.common.networks.image_to_image import PatchDiscriminator, UNet
from gans.common.variant import Batches, ImageToImage, Losses, Shape


class Pix2Pix(ImageToImage):
    """A U-Net against a conditional patch discriminator, with an L1 term.

    Args:
        l1_weight: lambda, for the mean absolute error of pixels in [-1, 1].
    """

    def __init__(
        self, shape: Shape, *, source: Shape, width: int = 64, l1_weight: float = 100.0
    ) -> None:
        super().__init__(shape, source)
        self.l1_weight = l1_weight
        self.generator = UNet(shape, source, width)
        self.discriminator = PatchDiscriminator(shape[0] + source[0], min(shape[1:]), width)

    def score_patches(self, images: Tensor, condition: Tensor) -> Tensor:
        """Score the patches of images, each concatenated to its source, ``(n, 1, *)``."""
        return self.discriminator(torch.cat([condition, images], dim=1))

    def discriminator_score(self, images: Tensor, condition: Tensor | None = None) -> Tensor:
        assert condition is not None  # a score depends on the source
        return self.score_patches(images, condition).flatten(1).mean(dim=1)

    def step(self, batches: Batches) -> Losses:
        real, condition = next(batches)
        fake = self.fake(len(condition), condition)
        yield (
            self.discriminator,
            {
                "real": 0.5 * softplus(-self.score_patches(real, condition)).mean(),
                "fake": 0.5 * softplus(self.score_patches(fake, condition)).mean(),
            },
        )
        fake = self.sample(len(condition), condition)
        yield (
            self.generator,
            {
                "adversarial": softplus(-self.score_patches(fake, condition)).mean(),
                "l1": self.l1_weight * (real - fake).abs().mean(),
            },
        )
