r"""GAN-INT-CLS: Generative Adversarial Text to Image Synthesis.

Reed, Akata, Yan, Logeswaran, Schiele and Lee, 2016, arXiv:1605.05396, algorithm 1 and equation 5.

Both players are conditioned on a caption, embedded by an encoder pretrained to match captions with
images. From real and generated images with their captions, a discriminator learns realism first,
and only later whether image and caption match. So it also sees real images with mismatched
captions, a third kind of pair that counts as fake (CLS). The generator is also trained on
interpolations of two captions (INT), for which there are no real images, but which the
discriminator can score.

$$L_D = -\mathbb{E}[\log D(x, h)] - \tfrac12 \mathbb{E}[\log(1 - D(x, \hat h))]
  - \tfrac12 \mathbb{E}[\log(1 - D(G(z, h), h))]$$

$$L_G = -\mathbb{E}[\log D(G(z, h), h)] - \mathbb{E}[\log D(G(z, \bar h), \bar h)], \qquad
  \bar h = \beta h_1 + (1 - \beta) h_2$$

Departs from the paper: smaller networks, without batch normalisation in the discriminator; a frozen
word-level convolutional encoder instead of a character-level convolutional-recurrent one; one
caption per image and step, and no mirror images.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from gans.common.captions import TextToImage, mismatched_captions
from gans.common.networks.captions import CaptionProjection, MatchingAwareDiscriminator
from gans.common.networks.convolutional import Generator
from gans.common.variant import Batches, Losses, Shape


class GANINTCLS(TextToImage):
    """The matching-aware loss, and a generator trained on interpolated captions too.

    Args:
        code: components of a caption's code in either player.
        beta: weight of the first of two captions in an interpolation.
    """

    generator: nn.ModuleDict

    def __init__(
        self, shape: Shape, *, vocabulary: list[str], length: int, latent: int = 100,
        width: int = 64, code: int = 128, beta: float = 0.5,
    ) -> None:  # fmt: skip
        super().__init__(shape, latent, vocabulary, length)
        self.beta = beta
        draw = Generator(shape, latent + code, width)
        self.generator = nn.ModuleDict({"read": CaptionProjection(code), "draw": draw})
        self.discriminator = MatchingAwareDiscriminator(shape, width, code)

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        return self.generate(self.embed_or_random(n, condition))

    def generate(self, embedded: Tensor) -> Tensor:
        """Generate images of embedded or interpolated captions, ``(n, EMBEDDING)``."""
        code = self.generator["read"](embedded)
        return self.generator["draw"](torch.cat([self.noise(len(code)), code], dim=1))

    def discriminator_score(self, images: Tensor, condition: Tensor | None = None) -> Tensor:
        return self.discriminator(images, self.embed_or_random(len(images), condition))

    def step(self, batches: Batches) -> Losses:
        real, condition = next(batches)
        caption_code = self.embed(condition)
        mismatched_code = self.embed(mismatched_captions(condition))
        interpolated = self.beta * caption_code + (1 - self.beta) * mismatched_code
        embedded = torch.cat([caption_code, interpolated])
        fake = self.generate(embedded)
        matched = fake[: len(real)].detach()
        losses = self.matching_losses(self.discriminator, real, matched, condition)
        yield self.discriminator, losses
        on_matched, on_between = softplus(-self.discriminator(fake, embedded)).chunk(2)
        yield self.generator, {"adversarial": on_matched.mean(), "interpolated": on_between.mean()}
