r"""MoCoGAN: Decomposing Motion and Content for Video Generation.

Tulyakov, Liu, Yang and Kautz, 2018, arXiv:1707.04993, section 3.

A clip is a path in the latent space of an image generator. One part of the code, the content $z_C$,
is drawn once per clip; the other, the motion $z_M$, is the output of a recurrent network that reads
new noise at each frame. The image generator maps the code of each frame to the frame. An image
discriminator sees one random frame of a clip ($S_1$), and a video discriminator sees T consecutive
frames ($S_T$): the first scores appearance only, the second motion too.

$$[z_C; z_M^{(k)}]_{k=1}^{K}, \qquad z_C \sim N(0, I), \quad z_M^{(k)} = R_M(\epsilon^{(k)}),
  \quad \epsilon^{(k)} \sim N(0, I)$$

$$\min_{G_I, R_M} \max_{D_I, D_V} \; \mathbb{E}_v[\log D_I(S_1(v)) + \log D_V(S_T(v))]
  + \mathbb{E}_{\tilde v}[\log(1 - D_I(S_1(\tilde v))) + \log(1 - D_V(S_T(\tilde v)))]$$

Departs from the paper: fewer levels and channels; no batch normalisation in the discriminators; no
motion categories; clips of one length, the same ones for all players of a round. As in the authors'
code, the initial state of the recurrent network is noise and the generator's loss is
non-saturating, but there is no weight decay.
"""

from torch import Tensor
from torch.nn.functional import softplus

from gans.common.networks import convolutional, video
from gans.common.variant import Batches, Losses, Shape
from gans.common.video import Video, random_temporal_crop


class MoCoGAN(Video):
    """A content code, a path of motion codes, and two discriminators.

    Args:
        content: components of the content code.
        motion: components of the motion code, and of its noise.
        discriminator_frames: T, the frames that the video discriminator sees.
    """

    def __init__(
        self, shape: Shape, *, content: int = 50, motion: int = 10, width: int = 64,
        discriminator_frames: int = 16,
    ) -> None:  # fmt: skip
        super().__init__(shape, latent=content)
        channels, frames, *size = shape
        self.latent += (1 + frames) * motion  # initial state, and an input per frame
        self.content, self.motion = content, motion
        self.discriminator_frames = min(discriminator_frames, frames)
        self.generator = video.MotionContentGenerator(shape, content, motion, width)
        self.image_discriminator = convolutional.Discriminator((channels, *size), width)
        crop = channels, self.discriminator_frames, *size
        self.discriminator = video.Discriminator(crop, width)

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        content, motion = self.noise(n).tensor_split([self.content], dim=1)
        return self.generator(content, motion.unflatten(1, (-1, self.motion)))

    def score_image(self, clips: Tensor) -> Tensor:
        """Score a random frame of each clip, ``(n,)``."""
        return self.image_discriminator(random_temporal_crop(clips, 1)[:, :, 0])  # S_1

    def discriminator_score(self, images: Tensor, condition: Tensor | None = None) -> Tensor:
        return self.discriminator(random_temporal_crop(images, self.discriminator_frames))  # S_T

    def step(self, batches: Batches) -> Losses:
        real = next(batches)
        fake = self.sample(len(real))  # for all players: sampling clips dominates the cost
        for player, score in (
            (self.image_discriminator, self.score_image),
            (self.discriminator, self.discriminator_score),
        ):
            losses = {"real": softplus(-score(real)).mean()}
            yield player, losses | {"fake": softplus(score(fake.detach())).mean()}
        yield (
            self.generator,
            {
                "images": softplus(-self.score_image(fake)).mean(),
                "video": softplus(-self.discriminator_score(fake)).mean(),
            },
        )
