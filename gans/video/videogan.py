r"""VideoGAN: Generating Videos with Scene Dynamics.

Vondrick, Pirsiavash and Torralba, 2016, arXiv:1609.02612, section 2.

Most of a scene stands still. So a clip is made of two streams from one noise: a 3-D convolutional
network makes what moves, f, and with the same layers up to the last a mask m; a 2-D one makes a
single image b, which is the background of every frame. Where the mask is 1 the foreground is seen,
where it is 0 the background. Without a reason not to, the foreground could make it all; a prior on
the mask that favours 0 leaves to the background what need not move. The discriminator convolves
over space and time too, so that it judges frames and motion alike.

$$G(z) = m(z) \odot f(z) + (1 - m(z)) \odot b(z)$$

$$\min_G \max_D \; \mathbb{E}_x[\log D(x)] + \mathbb{E}_z[\log(1 - D(G(z)))]
  + \lambda \, \mathbb{E}_z[\|m(z)\|_1]$$

Departs from the paper: fewer levels and channels, for clips of 16 frames of a few pixels; no batch
normalisation in the discriminator, which the controlled rows share; PyTorch's initial weights. The
generator's loss is the non-saturating one, the norm of the mask its mean, and both players of a round
see the same clips, as in the authors' code.
"""

from torch.nn.functional import softplus

from gans.common.networks.video import Discriminator, TwoStreams, blended
from gans.common.variant import Losses
from gans.common.video import Video


class VideoGAN(Video):
    """A moving foreground, a background that stands still, and a mask between the two.

    Args:
        mask_weight: lambda, of the mean of the mask.
    """

    generator: TwoStreams

    def __init__(
        self, shape, *, latent: int = 100, width: int = 64, mask_weight: float = 0.1
    ) -> None:
        super().__init__(shape, latent)
        self.mask_weight = mask_weight
        self.generator = TwoStreams(shape, latent, width)
        self.discriminator = Discriminator(shape, width)

    def step(self, batches) -> Losses:
        real = next(batches)
        foreground, mask, background = self.generator.streams(self.noise(len(real)))
        fake = blended(foreground, mask, background)
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
