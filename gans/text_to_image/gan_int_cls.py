r"""GAN-INT-CLS: Generative Adversarial Text to Image Synthesis.

Reed, Akata, Yan, Logeswaran, Schiele and Lee, 2016, arXiv:1605.05396, algorithm 1 and equation 5.

Both players are told a caption, as an encoder reads it that was trained before to bring captions and
the images that they are of together. A discriminator that sees real images with their captions and
made ones learns first what is real, and only late whether the two belong together. So it is shown a
third kind (CLS): a real image with the caption of another, which is as false as a made one. And the
generator is asked for more than there are captions (INT): for the means of two of them, to which no
image belongs, but which the discriminator can judge all the same.

$$L_D = -\mathbb{E}[\log D(x, h)] - \tfrac12 \mathbb{E}[\log(1 - D(x, \hat h))]
  - \tfrac12 \mathbb{E}[\log(1 - D(G(z, h), h))]$$

$$L_G = -\mathbb{E}[\log D(G(z, h), h)] - \mathbb{E}[\log D(G(z, \bar h), \bar h)], \qquad
  \bar h = \beta h_1 + (1 - \beta) h_2$$

Departs from the paper: the networks of this board, smaller and without batch normalisation in the
discriminator; an encoder of words and convolutions, frozen, instead of one of characters with a
recurrent layer; one caption of an image a step, and no mirror images.
"""

import torch
from torch import nn
from torch.nn.functional import softplus

from gans.common.captions import TextToImage, others
from gans.common.networks.captions import Compressed, MatchingDiscriminator
from gans.common.networks.convolutional import Generator
from gans.common.variant import Losses


class GANINTCLS(TextToImage):
    """A discriminator of images and captions, and captions between those of the data.

    Args:
        code: components of a caption's code, in either player.
        beta: the share of the first of two captions.
    """

    generator: nn.ModuleDict

    def __init__(
        self,
        shape,
        *,
        vocabulary,
        length: int,
        latent: int = 100,
        width: int = 64,
        code: int = 128,
        beta: float = 0.5,
    ) -> None:
        super().__init__(shape, latent, vocabulary, length)
        self.beta = beta
        draw = Generator(shape, latent + code, width)
        self.generator = nn.ModuleDict({"read": Compressed(code), "draw": draw})
        self.discriminator = MatchingDiscriminator(shape, width, code)

    def sample(self, n, condition=None):
        return self.drawn(self.asked(n, condition))

    def drawn(self, embedded):
        """Images of captions that are embedded, or of what lies between two."""
        code = self.generator["read"](embedded)
        return self.generator["draw"](torch.cat([self.noise(len(code)), code], dim=1))

    def discriminator_score(self, images, condition=None):
        return self.discriminator(images, self.asked(len(images), condition))

    def step(self, batches) -> Losses:
        real, condition = next(batches)
        own, other, judge = self.embed(condition), self.embed(others(condition)), self.discriminator
        asked = torch.cat([own, self.beta * own + (1 - self.beta) * other])
        drawn = self.drawn(asked)
        yield judge, self.matching_aware(judge, real, drawn[: len(real)].detach(), condition)
        matched, between = softplus(-judge(drawn, asked)).chunk(2)
        yield self.generator, {"adversarial": matched.mean(), "interpolated": between.mean()}
