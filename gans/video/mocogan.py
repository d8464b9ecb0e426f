r"""MoCoGAN: Decomposing Motion and Content for Video Generation.

Tulyakov, Liu, Yang and Kautz, 2018, arXiv:1707.04993, section 3.

A clip is a path through the space of images. One part of the code, the content $z_C$, is drawn once
and stays as it is; the other, the motion $z_M$, is what a recurrent network makes of fresh noise at
each frame. An image generator turns the code of each moment into a frame. A discriminator of images
sees one frame of a clip, drawn at random ($S_1$), and one of videos sees T consecutive ones ($S_T$):
the first cares for looks alone, the second for motion too.

$$[z_C; z_M^{(k)}]_{k=1}^{K}, \qquad z_C \sim N(0, I), \quad z_M^{(k)} = R_M(\epsilon^{(k)}),
  \quad \epsilon^{(k)} \sim N(0, I)$$

$$\min_{G_I, R_M} \max_{D_I, D_V} \; \mathbb{E}_v[\log D_I(S_1(v)) + \log D_V(S_T(v))]
  + \mathbb{E}_{\tilde v}[\log(1 - D_I(S_1(\tilde v))) + \log(1 - D_V(S_T(\tilde v)))]$$

Departs from the paper: fewer levels and channels; no batch normalisation in the discriminators; no
categories of motion; clips of one length, the same ones for all players of a round. The state of the
recurrent network starts from noise, and the generator's loss is the non-saturating one, as in the
authors' code, but there is no decay of weights.
"""

from torch.nn.functional import softplus

from gans.common.networks import convolutional, video
from gans.common.variant import Losses
from gans.common.video import Video, consecutive


class MoCoGAN(Video):
    """A code of content, a path of codes of motion, and two discriminators.

    Args:
        content: components of the code of the content.
        motion: components of the code of the motion, and of its noise.
        seen: T, the frames that the discriminator of videos sees, or all that a clip has.
    """

    def __init__(
        self, shape, *, content: int = 50, motion: int = 10, width: int = 64, seen: int = 16
    ) -> None:
        super().__init__(shape, latent=content)
        channels, frames, *size = shape
        self.latent += (1 + frames) * motion  # the first state, and what comes in at each frame
        self.content, self.motion = content, motion
        self.seen = min(seen, frames)
        self.generator = video.MotionAndContent(shape, content, motion, width)
        self.image_discriminator = convolutional.Discriminator((channels, *size), width)
        self.discriminator = video.Discriminator((channels, self.seen, *size), width)

    def sample(self, n, condition=None):
        content, motion = self.noise(n).tensor_split([self.content], dim=1)
        return self.generator(content, motion.unflatten(1, (-1, self.motion)))

    def of_images(self, clips):
        return self.image_discriminator(consecutive(clips, 1)[:, :, 0])  # S_1

    def discriminator_score(self, images, condition=None):
        return self.discriminator(consecutive(images, self.seen))  # S_T

    def step(self, batches) -> Losses:
        real = next(batches)
        fake = self.sample(len(real))  # for all players: to make clips is most of the work
        for player, of in (
            (self.image_discriminator, self.of_images),
            (self.discriminator, self.discriminator_score),
        ):
            told = {"real": softplus(-of(real)).mean(), "fake": softplus(of(fake.detach())).mean()}
            yield player, told
        yield (
            self.generator,
            {
                "images": softplus(-self.of_images(fake)).mean(),
                "video": softplus(-self.discriminator_score(fake)).mean(),
            },
        )
