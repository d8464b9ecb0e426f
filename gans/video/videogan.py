r"""VideoGAN: Generating Videos with Scene Dynamics.

Vondrick, Pirsiavash and Torralba, 2016, arXiv:1609.02612, section 2.

Most of a scene is static. So a clip consists of two streams from one noise vector: a 3-D
convolutional network generates a moving foreground f and, with shared layers up to the last, a mask
m; a 2-D network generates one image b, the background of every frame. The mask blends the two. A
sparsity prior on the mask keeps the foreground from generating everything. The discriminator
convolves over space and time, so that it scores appearance and motion.

$$G(z) = m(z) \odot f(z) + (1 - m(z)) \odot b(z)$$

$$\min_G \max_D \; \mathbb{E}_x[\log D(x)] + \mathbb{E}_z[\log(1 - D(G(z)))]
  + \lambda \, \mathbb{E}_z[\|m(z)\|_1]$$

Departs from the paper: fewer levels and channels, for short clips of small frames; no batch
normalisation in the discriminator, which the controlled rows share; PyTorch's default
initialisation. The generator's loss is the non-saturating one, the norm of the mask is its mean,
and both players of a round see the same clips, as in the authors' code.
"""

from torch.nn.functional import softplus

from gans.common.networks.video import Discriminator, TwoStreamGenerator, blend
from gans.common.variant import Batches, Losses, Shape
from gans.common.video import Video


class VideoGAN(Video):
    """A moving foreground, a static background, and a mask that blends them.

    Args:
        mask_weight: lambda, for the mean of the mask.
    """

    generator: TwoStreamGenerator

    def __init__(
        self, shape: Shape, *, latent: int = 100, width: int = 64, mask_weight: float = 0.1
    ) -> None:
        super().__init__(shape, latent)
        self.mask_weight = mask_weight
        self.generator = TwoStreamGenerator(shape, latent, width)
        self.discriminator = Discriminator(shape, width)

    def step(self, batches: Batches) -> Losses:
        real = next(batches)
        foreground, mask, background = self.generator.streams(self.noise(len(real)))
        fake = blend(foreground, mask, background)
        yield (
            self.discriminator,
            {
                "real": softplus(-self.discriminator(real)).mean(),
                "fake": softplus(self.discriminator(fake.detach())).mean(),
            },
        )
        yield (
            self.generator,
            {
                "adversarial": softplus(-self.discriminator(fake)).mean(),
                "mask": self.mask_weight * mask.mean(),
            },
        )
